ALTER TABLE template RENAME TO ticket_template;
