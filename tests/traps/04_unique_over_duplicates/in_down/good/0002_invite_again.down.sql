-- migratory: assumes(no_duplicates): whoever goes back has deleted the second invitations
DROP INDEX invite_by_guest;
CREATE UNIQUE INDEX invite_by_guest ON invite (guest);
