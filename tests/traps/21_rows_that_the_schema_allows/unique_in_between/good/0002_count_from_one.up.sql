-- migratory: assumes(seat: pos > 0): seats are counted from 1
UPDATE seat SET pos = -pos;
UPDATE seat SET pos = -pos + 1;
