CREATE TRIGGER iteration_in_use
BEFORE DELETE ON iteration
WHEN EXISTS (SELECT 1 FROM ticket WHERE milestone_id = OLD.id AND state = 'open')
BEGIN
    SELECT RAISE(ABORT, 'the iteration has open tickets; close them first');
END;
