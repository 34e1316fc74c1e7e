ALTER TABLE account ADD COLUMN closed_on TEXT;
SAVEPOINT before_index;
CREATE INDEX account_open ON account (id) WHERE closed_on IS NULL;
ROLLBACK TO before_index;
RELEASE before_index;
