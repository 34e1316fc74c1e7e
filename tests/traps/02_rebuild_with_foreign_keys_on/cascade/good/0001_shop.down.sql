DROP TABLE order_line;
DROP TABLE "order";
DROP TABLE customer;
