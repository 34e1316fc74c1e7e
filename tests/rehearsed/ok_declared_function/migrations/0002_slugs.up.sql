ALTER TABLE item ADD COLUMN slug TEXT;
UPDATE item SET slug = slugify(title);
