UPDATE OR IGNORE country SET code = 'gb' WHERE code = 'uk';
