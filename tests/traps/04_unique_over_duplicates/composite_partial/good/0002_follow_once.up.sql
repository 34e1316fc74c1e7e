DELETE FROM follow
WHERE ended_at IS NULL AND id NOT IN (
    SELECT min(id) FROM follow WHERE ended_at IS NULL GROUP BY person, topic
);

CREATE UNIQUE INDEX follow_open
ON follow (person, topic)
WHERE ended_at IS NULL;
