-- migratory: allow(values_move: event.moment): days are enough
CREATE INDEX event_at ON event (at);
