//! A statement that exceeds a limit of the rehearsal, and the findings after it.

use std::time::Duration;

use migratory_analysis::Options;

use super::found;
use crate::support::findings;

const TABLE: (&str, &str) = ("1_t.up", "CREATE TABLE t (id INTEGER PRIMARY KEY, name TEXT);");
const AFTER: (&str, &str) = ("3_b.up", "ALTER TABLE t ADD COLUMN more TEXT NOT NULL;");

#[test]
fn an_overlong_value_hides_no_finding() {
    let up = "INSERT INTO t (name) SELECT printf('%.*c', 3000000, 'x');
        CREATE TABLE p (id INTEGER PRIMARY KEY, o INTEGER REFERENCES missing (id));
        UPDATE nowhere SET x = 1;";
    let files = [TABLE, ("2_a.up", up), AFTER];
    let found = found(&files, &Options::default().up_only(true));
    let expected = ["M0501 2_a.up", "M0505 3_b.up", "M0511 2_a.up", "M0612 2_a.up"];
    assert_eq!(found.iter().map(String::as_str).collect::<Vec<_>>(), expected);
}

#[test]
fn endless_rows_hide_no_finding() {
    let up = "CREATE TABLE big AS WITH RECURSIVE n (x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM n)
            SELECT x, zeroblob(900000) AS y FROM n;
        CREATE INDEX big_x ON big (x);
        UPDATE nowhere SET x = 1;";
    let files = [TABLE, ("2_a.up", up), AFTER];
    let found = found(&files, &Options::default().up_only(true));
    let expected = ["M0501 2_a.up", "M0505 3_b.up", "M0511 2_a.up"];
    assert_eq!(found.iter().map(String::as_str).collect::<Vec<_>>(), expected);
}

/// Nothing continues when the time is up, so the finding names what was not rehearsed.
#[test]
fn an_endless_statement_names_the_migrations_after_it() {
    let endless = "WITH RECURSIVE n (x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM n)";
    let on_empty = format!("CREATE TABLE big AS {endless} SELECT max(x) AS x FROM n;");
    let on_rows = format!("UPDATE t SET name = ({endless} SELECT max(x) FROM n);");
    let mut options = Options::default().up_only(true);
    options.time_limit = Duration::from_millis(300);
    for (up, consequence) in
        [(&on_empty, "were not rehearsed"), (&on_rows, "were not tried on rows")]
    {
        let files = [TABLE, ("2_a.up", up.as_str()), AFTER, ("4_c.up", "CREATE TABLE c (x);")];
        let findings = findings(&files, &options);
        let halted = findings.iter().find(|each| each.code.number() == "M0511").expect("a halt");
        let rest =
            "the 2 migrations after it, from `migrations/3_b.up.sql` to `migrations/4_c.up.sql`, ";
        assert!(halted.notes.contains(&format!("{rest}{consequence}")), "{findings}");
    }
}
