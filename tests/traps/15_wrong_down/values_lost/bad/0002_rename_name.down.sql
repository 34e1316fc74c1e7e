ALTER TABLE parcel DROP COLUMN recipient;
ALTER TABLE parcel ADD COLUMN addressee TEXT;
