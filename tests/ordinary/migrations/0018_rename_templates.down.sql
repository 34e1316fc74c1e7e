ALTER TABLE ticket_template RENAME TO template;
