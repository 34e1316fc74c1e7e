ALTER TABLE article DROP COLUMN warehouse_id;
