CREATE UNIQUE INDEX customer_by_email ON customer (email);
