-- Drops the loans, then the borrowers that they refer to.

DROP TABLE loan;
DROP TABLE borrower;
