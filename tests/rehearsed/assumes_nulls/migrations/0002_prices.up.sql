CREATE TABLE price (
    item_id INTEGER PRIMARY KEY REFERENCES item (id),
    amount INTEGER NOT NULL
);
INSERT INTO price (item_id, amount) SELECT id, price FROM item;
