PRAGMA foreign_keys = OFF;

CREATE TABLE invoice_new (
    id INTEGER PRIMARY KEY,
    net INTEGER NOT NULL,
    vat INTEGER NOT NULL,
    gross INTEGER GENERATED ALWAYS AS (net + vat) STORED
);

INSERT INTO invoice_new (id, net, vat)
SELECT id, net, COALESCE(vat, 0)
FROM invoice;

DROP TABLE invoice;
ALTER TABLE invoice_new RENAME TO invoice;

PRAGMA foreign_keys = ON;
