DROP INDEX item_sorted;
