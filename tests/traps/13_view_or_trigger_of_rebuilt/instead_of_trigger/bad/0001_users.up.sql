CREATE TABLE users (
    id INTEGER PRIMARY KEY,
    login TEXT NOT NULL UNIQUE,
    active INTEGER NOT NULL DEFAULT 1
);

CREATE VIEW active_user AS
SELECT id, login FROM users WHERE active;

CREATE TRIGGER active_user_delete
INSTEAD OF DELETE ON active_user
BEGIN
    UPDATE users SET active = 0 WHERE id = OLD.id;
END;
