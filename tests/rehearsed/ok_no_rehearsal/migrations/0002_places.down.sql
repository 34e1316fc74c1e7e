-- migratory: no-rehearsal: the program registers the module spellfix1
DROP TABLE place;
