CREATE TABLE user_account (
    id INTEGER PRIMARY KEY,
    login TEXT NOT NULL
);
