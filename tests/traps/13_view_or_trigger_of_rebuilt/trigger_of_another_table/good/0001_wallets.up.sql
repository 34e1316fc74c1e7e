CREATE TABLE wallet (
    id INTEGER PRIMARY KEY,
    owner TEXT NOT NULL,
    cents INTEGER NOT NULL
);

CREATE TABLE transfer (
    id INTEGER PRIMARY KEY,
    wallet_id INTEGER NOT NULL REFERENCES wallet (id),
    cents INTEGER NOT NULL
);

CREATE TRIGGER transfer_booked
AFTER INSERT ON transfer
BEGIN
    UPDATE wallet SET cents = cents + NEW.cents WHERE id = NEW.wallet_id;
END;
