CREATE UNIQUE INDEX person_code ON person (code COLLATE RTRIM);
