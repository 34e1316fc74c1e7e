ALTER TABLE account ADD COLUMN closed_on TEXT;
CREATE INDEX account_open ON account (id) WHERE closed_on IS NULL;
