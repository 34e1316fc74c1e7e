-- Drops the view, which holds no data of its own.

DROP VIEW item_overview;
