DROP TRIGGER attachment_measured;
ALTER TABLE attachment DROP COLUMN bytes;
