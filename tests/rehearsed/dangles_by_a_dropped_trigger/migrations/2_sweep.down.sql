CREATE TRIGGER sweep_authors AFTER INSERT ON sweep WHEN NEW.what = 'all authors'
BEGIN
    DELETE FROM author;
END;
