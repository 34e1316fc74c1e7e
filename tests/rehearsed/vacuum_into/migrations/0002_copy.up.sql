-- migratory: no-transaction
VACUUM INTO 'stolen.db';
