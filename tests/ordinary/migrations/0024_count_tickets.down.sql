DROP TRIGGER ticket_count_update;
DROP TRIGGER ticket_count_delete;
DROP TRIGGER ticket_count_insert;
DROP TABLE ticket_count;
