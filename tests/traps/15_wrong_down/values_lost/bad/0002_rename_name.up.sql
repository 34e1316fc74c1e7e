ALTER TABLE parcel RENAME COLUMN addressee TO recipient;
