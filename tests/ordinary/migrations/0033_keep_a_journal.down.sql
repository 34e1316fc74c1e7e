DROP TRIGGER journal_label;
DROP TRIGGER journal_ticket;
DROP TABLE journal;
