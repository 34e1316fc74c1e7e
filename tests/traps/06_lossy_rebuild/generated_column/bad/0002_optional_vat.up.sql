PRAGMA foreign_keys = OFF;

CREATE TABLE invoice_new (
    id INTEGER PRIMARY KEY,
    net INTEGER NOT NULL,
    vat INTEGER,
    gross INTEGER
);

INSERT INTO invoice_new (id, net, vat, gross)
SELECT id, net, vat, gross
FROM invoice;

DROP TABLE invoice;
ALTER TABLE invoice_new RENAME TO invoice;

PRAGMA foreign_keys = ON;
