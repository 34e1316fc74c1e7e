CREATE TABLE parcel (
    id INTEGER PRIMARY KEY,
    weight INTEGER,
    addressee TEXT
);
