-- migratory: allow(values_move): they were written the wrong way round
CREATE TABLE edge_new (id INTEGER PRIMARY KEY, source TEXT NOT NULL, target TEXT NOT NULL);
INSERT INTO edge_new (id, source, target) SELECT id, target, source FROM edge;
DROP TABLE edge;
ALTER TABLE edge_new RENAME TO edge;
