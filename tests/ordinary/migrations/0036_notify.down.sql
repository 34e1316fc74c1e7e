DROP INDEX notification_unread;
DROP TABLE notification;
