DROP TRIGGER iteration_in_use;
