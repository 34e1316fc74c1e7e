CREATE TABLE name (
    event_id INTEGER PRIMARY KEY REFERENCES event (id),
    name TEXT NOT NULL
);
INSERT INTO name (event_id, name) SELECT id, json_extract(body, '$.name') FROM event;
