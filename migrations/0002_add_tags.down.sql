-- Drops the tags and the links to them.

DROP TABLE item_tag;
DROP TABLE tag;
