UPDATE person SET name = trim(name);
