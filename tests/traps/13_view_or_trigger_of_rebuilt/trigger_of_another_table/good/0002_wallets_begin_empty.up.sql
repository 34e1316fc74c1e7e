PRAGMA foreign_keys = OFF;

DROP TRIGGER transfer_booked;

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

CREATE TRIGGER transfer_booked
AFTER INSERT ON transfer
BEGIN
    UPDATE wallet SET cents = cents + NEW.cents WHERE id = NEW.wallet_id;
END;

PRAGMA foreign_keys = ON;
