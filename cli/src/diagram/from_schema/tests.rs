//! What the diagram of a schema shows.

use migratory_runtime::rusqlite::Connection;

use super::*;

fn schema(sql: &str) -> Schema {
    let conn = Connection::open_in_memory().expect("a database");
    conn.execute_batch(sql).expect(sql);
    Schema::read(&conn).expect("a schema")
}

fn diagram(sql: &str) -> Diagram {
    from_schema(&schema(sql), None)
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
        let diagram = diagram(&format!("{parent}; {child}"));
        assert_eq!(diagram.relations.len(), 1, "{child}");
        let relation = &diagram.relations[0];
        let found = (relation.is_optional, relation.is_single);
        assert_eq!(found, (is_optional, is_single), "{child}");
    }
}

#[test]
fn each_foreign_key_is_a_relation_even_to_a_missing_table() {
    let diagram = diagram(
        "CREATE TABLE a (id INTEGER PRIMARY KEY, a REFERENCES a, b REFERENCES B (id), x REFERENCES gone);
         CREATE TABLE b (id INTEGER PRIMARY KEY);",
    );
    let ends: Vec<_> = diagram
        .relations
        .iter()
        .map(|it| (it.child_columns.join(","), it.parent.as_str(), it.parent_columns.join(",")))
        .collect();
    assert_eq!(
        ends,
        [
            ("a".to_owned(), "a", "id".to_owned()),
            ("b".to_owned(), "B", "id".to_owned()),
            ("x".to_owned(), "gone", String::new()),
        ]
    );
    assert!(diagram.svg("").svg.contains("<title>gone, missing</title>"));
}

#[test]
fn virtual_tables_name_their_module_and_hide_their_shadow_tables() {
    let diagram = diagram("CREATE VIRTUAL TABLE s USING fts5 (title, text)");
    assert_eq!(diagram.tables.len(), 1);
    let table = &diagram.tables[0];
    assert_eq!(table.kind, TableKind::Virtual("fts5".to_owned()));
    let names: Vec<_> = table.columns.iter().map(|it| it.name.as_str()).collect();
    assert_eq!(names, ["title", "text"]);
    assert_eq!(diagram.summary(), "1 virtual table");
}

#[test]
fn changes_since_a_schema_are_marked() {
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
    let diagram = from_schema(&after, Some(&before));
    let marks = diagram.tables.iter().map(|it| (it.name.as_str(), it.mark)).collect::<Vec<_>>();
    assert_eq!(
        marks,
        [("fresh", Mark::New), ("p", Mark::Same), ("same", Mark::Same), ("t", Mark::Changed)]
    );
    let rows = diagram.tables[3].columns.iter().map(|it| (it.name.as_str(), it.mark));
    assert_eq!(
        rows.collect::<Vec<_>>(),
        [
            ("id", Mark::Same),
            ("kept", Mark::Same),
            ("type", Mark::Changed),
            ("p", Mark::Changed),
            ("more", Mark::New),
            ("lost", Mark::Removed),
        ]
    );
    assert!(diagram.tables[0].columns.iter().all(|it| it.mark == Mark::Same));
    assert!(diagram.relations.iter().all(|relation| relation.mark == Mark::New));
    assert_eq!(diagram.removed, ["gone"]);
}
