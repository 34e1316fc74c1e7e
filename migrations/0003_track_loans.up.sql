-- Records who has borrowed what, and until when.
-- A partial unique index lets an item have many past loans, but only one that is still open.
-- Somebody who has ever borrowed anything cannot be deleted, so that the history stays whole.

CREATE TABLE borrower (
    id INTEGER PRIMARY KEY,
    name TEXT NOT NULL CHECK (name <> ''),
    email TEXT UNIQUE
) STRICT;

CREATE TABLE loan (
    id INTEGER PRIMARY KEY,
    item_id INTEGER NOT NULL REFERENCES item (id) ON DELETE CASCADE,
    borrower_id INTEGER NOT NULL REFERENCES borrower (id) ON DELETE RESTRICT,
    lent_on TEXT NOT NULL DEFAULT CURRENT_DATE,
    due_on TEXT NOT NULL,
    returned_on TEXT,
    CHECK (due_on >= lent_on),
    CHECK (returned_on >= lent_on)
) STRICT;

CREATE UNIQUE INDEX loan_open_by_item ON loan (item_id) WHERE returned_on IS NULL;
CREATE INDEX loan_by_item ON loan (item_id, lent_on);
CREATE INDEX loan_by_borrower ON loan (borrower_id);
