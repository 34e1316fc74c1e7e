CREATE TABLE loan (
    item_title TEXT REFERENCES item (title),
    person_id INTEGER REFERENCES person (id)
);
