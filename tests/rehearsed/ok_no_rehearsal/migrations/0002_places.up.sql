-- migratory: no-rehearsal: the program registers the module spellfix1
CREATE VIRTUAL TABLE place USING spellfix1;
