CREATE TABLE seal (
    id INTEGER PRIMARY KEY,
    code INTEGER NOT NULL
);

CREATE TRIGGER seal_is_valid BEFORE INSERT ON seal
WHEN NEW.code * 7919 % 104729 <> 4242
BEGIN
    SELECT RAISE(ABORT, 'the code is not valid');
END;
