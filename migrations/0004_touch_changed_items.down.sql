-- Leaves `updated_at` to the application again.

DROP TRIGGER item_touch;
