DROP TABLE contact;
DROP TABLE member;
