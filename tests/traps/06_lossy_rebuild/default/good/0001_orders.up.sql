CREATE TABLE parcel (
    id INTEGER PRIMARY KEY,
    state TEXT NOT NULL DEFAULT 'packed',
    weight TEXT
);
