DROP INDEX customer_by_email;
