ALTER TABLE post ADD COLUMN slug TEXT NOT NULL DEFAULT '';

UPDATE post SET slug = 'post-' || id;

CREATE UNIQUE INDEX post_by_slug ON post (slug);
