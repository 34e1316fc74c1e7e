//! Drift: the differences between a live schema and the one the migrations produce.

use std::fmt;

use crate::Version;
use crate::db::schema::Object;
use crate::inspect::difference::lines;
use crate::inspect::equivalence::{self, Names};
use crate::inspect::ignore::Ignore;

/// The differences between a live schema and the one the migrations produce. `Display` shows them
/// as SQL, line by line.
///
/// It is empty if the schemas are equal; see [`Runner::verify`](crate::Runner::verify).
///
/// ```
/// # extern crate migratory_runtime as migratory;
/// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/doctest/migrations.rs"));
/// use migratory::Difference;
///
/// # fn main() -> Result<(), Box<dyn std::error::Error>> {
/// # let mut conn = rusqlite::Connection::open_in_memory()?;
/// # migrations::runner().up(&mut conn)?;
/// # conn.execute_batch("DROP TABLE tag; CREATE TABLE tags (name TEXT)")?;
/// // What a support tool shows of a user's database.
/// let drift = migrations::runner().verify(&conn)?;
/// assert_eq!(drift.version(), Some(migrations::LATEST));
/// if !drift.is_empty() {
///     println!("{drift}"); // the schema is not that of version 2: 1 missing, 1 added ..
/// }
/// let missing: Vec<_> = drift.differences().iter().filter(|it| it.is_missing()).collect();
/// let [Difference { object, name, .. }] = missing[..] else { panic!("{drift}") };
/// assert_eq!((object.as_str(), name.as_str()), ("table", "tag"));
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Drift {
    version: Option<Version>,
    differences: Vec<Difference>,
    /// Written with the comparison. If `Display` did it, the text of errors, which every program
    /// has, would link the code that writes it.
    text: String,
}

/// An object of the schema that is missing, added or different.
///
/// ```
/// # extern crate migratory_runtime as migratory;
/// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/doctest/migrations.rs"));
/// # fn main() -> Result<(), Box<dyn std::error::Error>> {
/// # let mut conn = rusqlite::Connection::open_in_memory()?;
/// # migrations::runner().up(&mut conn)?;
/// conn.execute_batch("ALTER TABLE item ADD COLUMN note TEXT")?; // by hand
/// let drift = migrations::runner().verify(&conn)?;
/// let difference = &drift.differences()[0];
/// assert!(difference.is_different() && !difference.is_missing() && !difference.is_added());
/// assert!(difference.lines().contains(&"+   note TEXT".to_owned()), "{difference}");
/// assert!(difference.found.as_ref().is_some_and(|sql| sql.contains("note TEXT")));
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Difference {
    /// The type of the object: `table`, `index`, `trigger` or `view`.
    pub object: String,
    /// The name of the object.
    pub name: String,
    /// The table that it belongs to; for a table or view, its own name.
    pub table: String,
    /// The definition that the migrations produce; `None` if they produce no such object.
    pub expected: Option<String>,
    /// The definition in the database; `None` if the object is missing.
    pub found: Option<String>,
    lines: Vec<String>,
}

impl Drift {
    /// Compares two schemas, leaving out ignored objects on both sides.
    pub(crate) fn between(
        version: Option<Version>,
        expected: &[Object],
        found: &[Object],
        ignore: &Ignore<'_>,
    ) -> Self {
        let expected: Vec<_> = expected.iter().filter(|object| !ignore.covers(object)).collect();
        let found: Vec<_> = found.iter().filter(|object| !ignore.covers(object)).collect();
        let other = |all: &[&Object], one: &Object| {
            all.iter().find(|it| is_same(it, one)).copied().cloned()
        };
        let names = Names::of(expected.iter().chain(&found).copied());
        let is_equal = |object: &Object, live: &Object| {
            let is_on_same = live.table.eq_ignore_ascii_case(&object.table);
            live.digest() == object.digest()
                || (is_on_same && equivalence::is_same(&object.sql, &live.sql, &names))
        };
        let missing_or_different = expected.iter().filter_map(|object| {
            let live = other(&found, object);
            let is_equal = live.as_ref().is_some_and(|live| is_equal(object, live));
            (!is_equal).then(|| difference(Some(object), live.as_ref()))
        });
        let added = found
            .iter()
            .filter(|object| other(&expected, object).is_none())
            .map(|object| difference(None, Some(object)));
        let mut differences: Vec<_> = missing_or_different.chain(added).flatten().collect();
        differences.sort_unstable_by(|a, b| {
            (&a.table, a.rank(), &a.name).cmp(&(&b.table, b.rank(), &b.name))
        });
        let text = text(version, &differences);
        Self { version, differences, text }
    }

    /// Returns the version whose schema was compared with the live one; `None` if no migration is
    /// applied.
    pub fn version(&self) -> Option<Version> {
        self.version
    }

    /// Returns whether the schemas are equal.
    pub fn is_empty(&self) -> bool {
        self.differences.is_empty()
    }

    /// Returns the differences, grouped by table.
    pub fn differences(&self) -> &[Difference] {
        &self.differences
    }

    /// Returns the numbers of missing, different and added objects, in one line.
    pub(crate) fn summary(&self) -> String {
        summary(&self.differences)
    }
}

/// Writes what `Display` shows.
fn text(version: Option<Version>, differences: &[Difference]) -> String {
    let of = version.map_or("an empty database".to_owned(), |it| format!("version {it}"));
    if differences.is_empty() {
        return format!("the schema is that of {of}");
    }
    let first = format!("the schema is not that of {of}: {}", summary(differences));
    let others = differences.iter().map(ToString::to_string);
    std::iter::once(first).chain(others).collect::<Vec<_>>().join("\n")
}

fn summary(differences: &[Difference]) -> String {
    let count = |is: fn(&Difference) -> bool| differences.iter().filter(|it| is(it)).count();
    let parts = [
        (count(Difference::is_missing), "missing"),
        (count(Difference::is_different), "different"),
        (count(Difference::is_added), "added"),
    ];
    let counts: Vec<_> = parts
        .into_iter()
        .filter(|(count, _)| *count > 0)
        .map(|(count, what)| format!("{count} {what}"))
        .collect();
    counts.join(", ")
}

fn is_same(one: &Object, other: &Object) -> bool {
    one.kind == other.kind && one.name.eq_ignore_ascii_case(&other.name)
}

fn difference(expected: Option<&Object>, found: Option<&Object>) -> Option<Difference> {
    let object = expected.or(found)?;
    let [old, new] = [expected, found].map(|object| object.map_or("", |object| &object.sql));
    Some(Difference {
        object: object.kind.clone(),
        name: object.name.clone(),
        table: object.table.clone(),
        expected: expected.map(|object| object.sql.clone()),
        found: found.map(|object| object.sql.clone()),
        lines: lines(old, new),
    })
}

impl Difference {
    /// Returns whether the migrations produce the object and the database lacks it.
    pub fn is_missing(&self) -> bool {
        self.found.is_none()
    }

    /// Returns whether the database has the object and the migrations don't produce it.
    pub fn is_added(&self) -> bool {
        self.expected.is_none()
    }

    /// Returns whether both have the object, with different definitions.
    pub fn is_different(&self) -> bool {
        self.expected.is_some() && self.found.is_some()
    }

    /// Returns both definitions line by line, with `- ` before lines only in the expected one and
    /// `+ ` before lines only in the found one.
    pub fn lines(&self) -> Vec<String> {
        self.lines.clone()
    }

    /// Orders tables before the objects that belong to them.
    fn rank(&self) -> usize {
        ["table", "view", "index", "trigger"].iter().position(|it| *it == self.object).unwrap_or(4)
    }
}

impl fmt::Display for Difference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.object, self.name)?;
        if matches!(self.object.as_str(), "index" | "trigger") {
            write!(f, " on {}", self.table)?;
        }
        f.write_str(match (&self.expected, &self.found) {
            (Some(_), None) => " is missing:",
            (None, _) => " is not part of the migrations:",
            (Some(_), Some(_)) => " differs from the migrations:",
        })?;
        self.lines.iter().try_for_each(|line| write!(f, "\n    {line}"))
    }
}

impl fmt::Display for Drift {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::db::schema;
    use expect_test::expect;
    use rusqlite::Connection;

    fn objects(sql: &str) -> Vec<Object> {
        let conn = Connection::open_in_memory().expect("a database in memory");
        conn.execute_batch(sql).expect("a schema");
        schema::objects(&conn).expect("objects")
    }

    fn drift(expected: &str, found: &str) -> Drift {
        let mut ignore = Ignore::NONE;
        ignore.add("fts_*".into());
        Drift::between(Some(Version::new(3)), &objects(expected), &objects(found), &ignore)
    }

    #[test]
    fn each_difference_is_listed_with_its_lines() {
        let drift = drift(
            "CREATE TABLE note (id INTEGER PRIMARY KEY, text TEXT NOT NULL, n INTEGER DEFAULT (1 + 2));
             CREATE INDEX note_text ON note (text); CREATE VIEW v AS SELECT 1;",
            "CREATE TABLE NOTE (id INTEGER PRIMARY KEY, text TEXT, n INTEGER DEFAULT (1 + 2));
             CREATE VIEW v AS SELECT 1; CREATE TABLE theirs (x); CREATE TABLE fts_own (x);
             CREATE TRIGGER t AFTER INSERT ON note BEGIN DELETE FROM theirs; SELECT 1; END;",
        );
        expect![[r"
            the schema is not that of version 3: 1 missing, 1 different, 2 added
            table note differs from the migrations:
                  CREATE TABLE note (
                    id INTEGER PRIMARY KEY,
                -   text TEXT NOT NULL,
                +   text TEXT,
                    n INTEGER DEFAULT (1 + 2)
                  )
            index note_text on note is missing:
                - CREATE INDEX note_text ON note (
                -   text
                - )
            trigger t on note is not part of the migrations:
                + CREATE TRIGGER t AFTER INSERT ON note BEGIN DELETE FROM theirs;
                + SELECT 1;
                + END
            table theirs is not part of the migrations:
                + CREATE TABLE theirs (
                +   x
                + )"]]
        .assert_eq(&drift.to_string());
    }

    #[test]
    fn objects_sort_by_table_with_indexes_before_triggers() {
        let drift = drift(
            "CREATE TABLE m (x); CREATE INDEX z ON m (x); CREATE TABLE l (x); CREATE TRIGGER k AFTER INSERT ON l BEGIN SELECT 1; END;",
            "CREATE TABLE m (y); CREATE TRIGGER b AFTER INSERT ON m BEGIN SELECT 1; END; CREATE VIEW a AS SELECT 1;",
        );
        let names: Vec<_> = drift.differences().iter().map(|it| it.name.as_str()).collect();
        assert_eq!(names, ["a", "l", "k", "m", "z", "b"]);
    }

    #[test]
    fn spelling_and_ignored_objects_are_not_drift() {
        let same = drift(
            "CREATE TABLE a (b TEXT); CREATE INDEX i ON a (b)",
            "create table A(\n  \"b\" text -- note\n); create index I on a(b); CREATE TABLE fts_x (y); \
             CREATE INDEX on_theirs ON fts_x (y); CREATE TABLE schema_migrations (version)",
        );
        assert!(same.is_empty(), "{same}");
        assert_eq!(same.to_string(), "the schema is that of version 3");
    }
}
