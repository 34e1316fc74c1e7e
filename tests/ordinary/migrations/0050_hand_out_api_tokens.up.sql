-- One token for everybody who has an address; the database makes it.

CREATE TABLE api_token (
    id INTEGER PRIMARY KEY,
    person_id INTEGER NOT NULL UNIQUE REFERENCES person (id) ON DELETE CASCADE ON UPDATE CASCADE,
    token TEXT NOT NULL UNIQUE DEFAULT (lower(hex(randomblob(20)))),
    scopes TEXT NOT NULL DEFAULT '["read"]' CHECK (json_type(scopes) = 'array'),
    made_at INTEGER NOT NULL DEFAULT (unixepoch())
) STRICT;

INSERT INTO api_token (person_id)
SELECT id FROM person WHERE email IS NOT NULL;

UPDATE api_token
SET scopes = json_insert(scopes, '$[#]', 'write')
FROM project
WHERE project.owner_id = api_token.person_id AND project.is_archived = 0;
