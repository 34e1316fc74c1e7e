-- migratory: assumes(account: email = lower(email)): the program writes them so
CREATE UNIQUE INDEX account_email ON account (lower(email));
