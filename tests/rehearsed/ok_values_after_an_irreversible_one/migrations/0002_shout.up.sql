-- migratory: irreversible: the small letters are gone for good
UPDATE item SET title = 'x' || title;
