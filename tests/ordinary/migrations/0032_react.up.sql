CREATE TABLE reaction (
    comment_id INTEGER NOT NULL REFERENCES comment (id) ON DELETE CASCADE,
    person_id INTEGER NOT NULL REFERENCES person (id) ON DELETE CASCADE,
    emoji TEXT NOT NULL CHECK (emoji IN ('+1', '-1', 'heart', 'it''s fun')),
    PRIMARY KEY (comment_id, person_id, emoji)
) WITHOUT ROWID, STRICT;
