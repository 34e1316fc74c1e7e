-- Each key gets a token.
ALTER TABLE api_key
ADD COLUMN token TEXT DEFAULT (lower(hex(randomblob(16))));
