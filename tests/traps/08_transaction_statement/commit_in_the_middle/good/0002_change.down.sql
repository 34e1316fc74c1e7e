DROP INDEX account_open;
ALTER TABLE account DROP COLUMN closed_on;
