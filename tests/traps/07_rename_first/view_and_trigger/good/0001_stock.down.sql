DROP VIEW stock_low;
DROP TABLE sale;
DROP TABLE stock;
