-- The mark of AUTOINCREMENT goes with the table.
DROP TABLE ticket;
