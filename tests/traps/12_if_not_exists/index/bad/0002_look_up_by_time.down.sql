DROP INDEX visit_lookup;
CREATE INDEX visit_lookup ON visit (page);
