PRAGMA foreign_keys = OFF;

DROP VIEW active_user;

CREATE TABLE users_new (
    id INTEGER PRIMARY KEY,
    login TEXT NOT NULL UNIQUE,
    active INTEGER NOT NULL DEFAULT 0
);

INSERT INTO users_new (id, login, active)
SELECT id, login, active
FROM users;

DROP TABLE users;
ALTER TABLE users_new RENAME TO users;

CREATE VIEW active_user AS
SELECT id, login FROM users WHERE active;

PRAGMA foreign_keys = ON;
