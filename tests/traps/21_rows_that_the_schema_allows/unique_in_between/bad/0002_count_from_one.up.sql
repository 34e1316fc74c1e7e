UPDATE seat SET pos = pos + 1;
