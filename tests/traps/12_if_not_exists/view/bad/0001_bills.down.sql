DROP VIEW open_bill;
DROP TABLE bill;
