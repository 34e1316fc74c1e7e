DROP INDEX item_by_title;
DROP VIEW cheap;
