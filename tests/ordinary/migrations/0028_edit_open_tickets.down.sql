-- Its triggers go with the view.
DROP VIEW open_ticket;
