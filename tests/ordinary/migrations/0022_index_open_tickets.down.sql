DROP INDEX ticket_open;
