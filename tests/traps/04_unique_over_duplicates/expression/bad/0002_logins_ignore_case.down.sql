DROP INDEX user_account_login;
