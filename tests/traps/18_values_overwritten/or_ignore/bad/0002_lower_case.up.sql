UPDATE OR IGNORE tag SET name = lower(name);
