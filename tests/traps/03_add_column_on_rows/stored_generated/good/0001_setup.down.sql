DROP TABLE invoice_line;
