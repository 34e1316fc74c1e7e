UPDATE folder SET name = trim(name) WHERE name <> trim(name);
