-- Texts that a new ticket may begin with.

CREATE TABLE template (
    id INTEGER PRIMARY KEY,
    name TEXT NOT NULL UNIQUE,
    body TEXT NOT NULL
);

INSERT INTO template (name, body)
VALUES
    ('bug', 'What happened;
what should have happened?

-- logs, if there are any --
/* paste them here; all of them */
'),
    ('idea', 'It''s about "x"; because:
-- 1.
-- 2.'),
    ('empty', '');
