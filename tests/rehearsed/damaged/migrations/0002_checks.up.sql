CREATE TABLE price (amount INTEGER CHECK (amount > 0));
PRAGMA ignore_check_constraints = ON;
INSERT INTO price (amount) VALUES (-1);
PRAGMA ignore_check_constraints = OFF;
