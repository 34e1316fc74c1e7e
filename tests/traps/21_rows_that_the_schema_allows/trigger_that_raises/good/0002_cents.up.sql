DROP TRIGGER ledger_is_kept;
UPDATE ledger SET amount = amount * 100;
CREATE TRIGGER ledger_is_kept BEFORE UPDATE ON ledger BEGIN SELECT RAISE(ABORT, 'the ledger is append-only'); END;
