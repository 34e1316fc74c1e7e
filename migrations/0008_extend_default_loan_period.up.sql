-- Extends the default loan from 14 days to 28.
-- Only a setting that nobody has edited is changed: who chose 14 days keeps them.

UPDATE setting
SET value = '28'
WHERE name = 'loan_days' AND value = '14' AND edited_at IS NULL;
