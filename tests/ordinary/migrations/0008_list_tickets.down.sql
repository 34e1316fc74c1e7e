DROP VIEW ticket_list;
