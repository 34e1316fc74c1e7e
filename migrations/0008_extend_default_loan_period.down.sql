-- Takes the default loan back to 14 days, again only where nobody has edited the setting.

UPDATE setting
SET value = '14'
WHERE name = 'loan_days' AND value = '28' AND edited_at IS NULL;
