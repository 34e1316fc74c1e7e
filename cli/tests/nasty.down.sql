-- Drops all of it.

DROP VIEW a_open_order;
DROP VIEW order_list;
DROP TABLE "Line Item";
DROP TABLE order_new;
DROP TABLE "order";
DROP TABLE audit;
