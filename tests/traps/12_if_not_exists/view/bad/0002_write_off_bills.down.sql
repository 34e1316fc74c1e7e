DROP VIEW open_bill;
CREATE VIEW open_bill AS
SELECT id, cents FROM bill WHERE paid_on IS NULL;
