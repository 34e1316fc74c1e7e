DROP TRIGGER title_word_update;
DROP TRIGGER title_word_delete;
DROP TRIGGER title_word_insert;
DROP TABLE title_word;
