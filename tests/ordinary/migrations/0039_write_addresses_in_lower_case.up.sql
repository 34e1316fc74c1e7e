-- The unique index ignores the case already, so two addresses cannot become one.

UPDATE person SET email = lower(email) WHERE email IS NOT NULL AND email <> lower(email) COLLATE BINARY;
