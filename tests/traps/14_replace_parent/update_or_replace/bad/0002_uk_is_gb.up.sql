UPDATE OR REPLACE country SET code = 'gb' WHERE code = 'uk';
