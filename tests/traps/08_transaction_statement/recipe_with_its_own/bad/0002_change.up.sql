PRAGMA foreign_keys = OFF;
BEGIN EXCLUSIVE;

CREATE TABLE account_new (
    id INTEGER PRIMARY KEY,
    cents INTEGER NOT NULL
);

INSERT INTO account_new (id, cents)
SELECT id, cents
FROM account;

DROP TABLE account;
ALTER TABLE account_new RENAME TO account;

COMMIT;
PRAGMA foreign_keys = ON;
