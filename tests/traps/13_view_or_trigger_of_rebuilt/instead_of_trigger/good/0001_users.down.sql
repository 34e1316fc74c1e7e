DROP VIEW active_user;
DROP TABLE users;
