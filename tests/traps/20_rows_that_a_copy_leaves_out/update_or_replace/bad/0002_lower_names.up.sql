UPDATE OR REPLACE tag SET name = lower(name);
