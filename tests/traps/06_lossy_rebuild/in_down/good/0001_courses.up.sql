CREATE TABLE course (
    id INTEGER PRIMARY KEY,
    name TEXT NOT NULL,
    room TEXT NOT NULL DEFAULT ''
);

CREATE INDEX course_by_room ON course (room, name);
