DROP VIEW animal_name;
DROP TABLE animal;
