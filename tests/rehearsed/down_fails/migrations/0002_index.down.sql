DROP INDEX item_by_titel;
