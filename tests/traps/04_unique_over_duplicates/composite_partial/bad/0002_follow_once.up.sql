CREATE UNIQUE INDEX follow_open
ON follow (person, topic)
WHERE ended_at IS NULL;
