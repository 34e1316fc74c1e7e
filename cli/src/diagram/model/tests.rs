//! What a schema is drawn as.

use migratory_runtime::rusqlite::Connection;

use super::*;

fn schema(sql: &str) -> Schema {
    let conn = Connection::open_in_memory().expect("a database");
    conn.execute_batch(sql).expect(sql);
    Schema::read(&conn).expect("a schema")
}

fn model(sql: &str) -> Model {
    Model::new(&schema(sql), None)
}

#[test]
fn cardinalities_follow_from_the_schema() {
    for (child, is_optional, is_single) in [
        ("CREATE TABLE c (p REFERENCES p (id))", true, false),
        ("CREATE TABLE c (p NOT NULL REFERENCES p (id))", false, false),
        ("CREATE TABLE c (p UNIQUE REFERENCES p (id))", true, true),
        ("CREATE TABLE c (p INTEGER PRIMARY KEY REFERENCES p (id))", false, true),
        ("CREATE TABLE c (p NOT NULL REFERENCES p, q NOT NULL, PRIMARY KEY (p, q))", false, false),
        ("CREATE TABLE c (p REFERENCES p); CREATE UNIQUE INDEX i ON c (p)", true, true),
        (
            "CREATE TABLE c (p REFERENCES p); CREATE UNIQUE INDEX i ON c (p) WHERE p > 0",
            true,
            false,
        ),
        ("CREATE TABLE c (p REFERENCES p); CREATE UNIQUE INDEX i ON c (lower(p))", true, false),
        ("CREATE TABLE c (a NOT NULL, b, FOREIGN KEY (a, b) REFERENCES p (x, y))", true, false),
        ("CREATE TABLE c (a UNIQUE, b, FOREIGN KEY (a, b) REFERENCES p (x, y))", true, true),
    ] {
        let parent = "CREATE TABLE p (id INTEGER PRIMARY KEY, x, y, UNIQUE (x, y))";
        let model = model(&format!("{parent}; {child}"));
        assert_eq!(model.relations.len(), 1, "{child}");
        let relation = &model.relations[0];
        let found = (relation.is_optional, relation.is_single);
        assert_eq!(found, (is_optional, is_single), "{child}");
    }
}

#[test]
fn each_foreign_key_is_a_relation_even_to_nothing() {
    let model = model(
        "CREATE TABLE a (id INTEGER PRIMARY KEY, a REFERENCES a, b REFERENCES B (id), x REFERENCES gone);
         CREATE TABLE b (id INTEGER PRIMARY KEY);",
    );
    let told: Vec<_> = model.relations.iter().map(|it| it.told(&model.entities)).collect();
    assert_eq!(
        told,
        [
            "a.a refers to a.id: any number to at most one",
            "a.b refers to b.id: any number to at most one",
            "a.x refers to gone: any number to at most one",
        ]
    );
    let kinds: Vec<_> = model.entities.iter().map(|it| (it.name.as_str(), &it.kind)).collect();
    assert_eq!(kinds, [("a", &Kind::Table), ("b", &Kind::Table), ("gone", &Kind::Missing)]);
}

#[test]
fn virtual_tables_are_boxes_of_their_module_and_their_shadows_are_none() {
    let model = model("CREATE VIRTUAL TABLE s USING fts5 (title, text)");
    assert_eq!(model.entities.len(), 1);
    let entity = &model.entities[0];
    assert_eq!(entity.kind, Kind::Virtual("fts5".to_owned()));
    let names: Vec<_> = entity.rows.iter().map(|row| row.name.as_str()).collect();
    assert_eq!(names, ["title", "text"]);
    assert_eq!(model.summary(), "1 virtual table");
}

#[test]
fn what_became_of_a_schema_is_marked() {
    let before = schema(
        "CREATE TABLE p (id INTEGER PRIMARY KEY);
         CREATE TABLE same (a);
         CREATE TABLE gone (a);
         CREATE TABLE t (id INTEGER PRIMARY KEY, kept, type TEXT, lost, p);",
    );
    let after = schema(
        "CREATE TABLE p (id INTEGER PRIMARY KEY);
         CREATE TABLE same (A);
         CREATE TABLE fresh (a, p REFERENCES p);
         CREATE TABLE t (id INTEGER PRIMARY KEY, kept, type INTEGER, p REFERENCES p, more);",
    );
    let model = Model::new(&after, Some(&before));
    let marks = model.entities.iter().map(|it| (it.name.as_str(), it.mark)).collect::<Vec<_>>();
    assert_eq!(
        marks,
        [("fresh", Mark::New), ("p", Mark::Same), ("same", Mark::Same), ("t", Mark::Changed)]
    );
    let rows = model.entities[3].rows.iter().map(|row| (row.name.as_str(), row.mark));
    assert_eq!(
        rows.collect::<Vec<_>>(),
        [
            ("id", Mark::Same),
            ("kept", Mark::Same),
            ("type", Mark::Changed),
            ("p", Mark::Changed),
            ("more", Mark::New),
            ("lost", Mark::Gone),
        ]
    );
    assert!(model.entities[0].rows.iter().all(|row| row.mark == Mark::Same));
    assert!(model.relations.iter().all(|relation| relation.mark == Mark::New));
    assert_eq!(model.gone, ["gone"]);
}
