DROP INDEX invite_by_guest;
CREATE UNIQUE INDEX invite_by_guest ON invite (guest);
