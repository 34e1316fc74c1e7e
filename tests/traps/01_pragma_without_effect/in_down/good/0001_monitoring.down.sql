DROP TABLE outage;
DROP TABLE service;
DROP TABLE host;
