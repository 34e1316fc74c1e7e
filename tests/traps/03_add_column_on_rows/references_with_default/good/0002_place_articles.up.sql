ALTER TABLE article ADD COLUMN warehouse_id INTEGER REFERENCES warehouse (id);

UPDATE article SET warehouse_id = (SELECT min(id) FROM warehouse) WHERE warehouse_id IS NULL;
