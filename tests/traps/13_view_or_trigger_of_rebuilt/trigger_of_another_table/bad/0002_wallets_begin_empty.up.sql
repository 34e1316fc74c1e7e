PRAGMA foreign_keys = OFF;

CREATE TABLE wallet_new (
    id INTEGER PRIMARY KEY,
    owner TEXT NOT NULL,
    cents INTEGER NOT NULL DEFAULT 0
);

INSERT INTO wallet_new (id, owner, cents)
SELECT id, owner, cents
FROM wallet;

DROP TABLE wallet;
ALTER TABLE wallet_new RENAME TO wallet;

PRAGMA foreign_keys = ON;
