CREATE TABLE invoice_line (
    id INTEGER PRIMARY KEY,
    quantity INTEGER NOT NULL,
    cents INTEGER NOT NULL
);
