CREATE TABLE bill (
    id INTEGER PRIMARY KEY,
    cents INTEGER NOT NULL,
    paid_on TEXT,
    written_off INTEGER NOT NULL DEFAULT 0
);

CREATE VIEW open_bill AS
SELECT id, cents FROM bill WHERE paid_on IS NULL;
