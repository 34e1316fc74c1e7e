DROP INDEX item_by_title;
