DROP TABLE a;
SELECT load_extension('evil');
