-- migratory: assumes(no_duplicates): the sign-up form has always refused a login that is taken
CREATE UNIQUE INDEX user_account_login ON user_account (lower(login));
