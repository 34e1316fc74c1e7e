-- migratory: assumes(tag: name = lower(name)): the program writes them so
UPDATE tag SET name = lower(name);
