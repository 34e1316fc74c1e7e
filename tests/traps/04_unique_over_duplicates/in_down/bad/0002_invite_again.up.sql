DROP INDEX invite_by_guest;
CREATE INDEX invite_by_guest ON invite (guest);
