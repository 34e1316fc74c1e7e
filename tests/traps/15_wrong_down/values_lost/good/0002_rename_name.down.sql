ALTER TABLE parcel RENAME COLUMN recipient TO addressee;
