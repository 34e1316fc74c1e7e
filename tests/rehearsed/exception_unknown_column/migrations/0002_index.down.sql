-- migratory: allow(values_move: events.at): days are enough
DROP INDEX event_at;
