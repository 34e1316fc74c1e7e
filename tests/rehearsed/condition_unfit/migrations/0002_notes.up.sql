-- migratory: assumes(entry: sum > 0): refunds are kept elsewhere
-- migratory: assumes(entries: amount > 0): refunds are kept elsewhere
ALTER TABLE entry ADD COLUMN note TEXT;
