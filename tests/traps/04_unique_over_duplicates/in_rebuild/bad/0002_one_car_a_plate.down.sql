PRAGMA foreign_keys = OFF;

CREATE TABLE car_new (
    id INTEGER PRIMARY KEY,
    plate TEXT NOT NULL,
    model TEXT
);

INSERT INTO car_new (id, plate, model)
SELECT id, plate, model
FROM car;

DROP TABLE car;
ALTER TABLE car_new RENAME TO car;

PRAGMA foreign_keys = ON;
