CREATE UNIQUE INDEX account_email ON account (lower(email));
