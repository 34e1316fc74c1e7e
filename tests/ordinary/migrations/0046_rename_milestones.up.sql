-- The foreign key of `ticket` and the triggers of the table follow by themselves.

ALTER TABLE milestone RENAME TO iteration;
ALTER TABLE iteration RENAME COLUMN ends_on TO closes_on;
