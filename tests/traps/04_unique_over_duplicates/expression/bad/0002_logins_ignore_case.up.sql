CREATE UNIQUE INDEX user_account_login ON user_account (lower(login));
