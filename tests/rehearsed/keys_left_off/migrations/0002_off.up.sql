PRAGMA foreign_keys = OFF;
CREATE TABLE note (item_id INTEGER REFERENCES item (id));
