-- Each key gets a token.
ALTER TABLE api_key
ADD COLUMN token TEXT;

UPDATE api_key SET token = lower(hex(randomblob(16))) WHERE token IS NULL;
