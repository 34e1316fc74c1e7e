UPDATE seat SET pos = -pos;
UPDATE seat SET pos = -pos - 1;
