CREATE VIEW IF NOT EXISTS open_bill AS
SELECT id, cents FROM bill WHERE paid_on IS NULL AND written_off = 0;
