//! Adds the reads of a statement that SQLite does not report.
//!
//! If two tables are alike, `INSERT INTO a SELECT * FROM b` moves all rows at once. SQLite 3.40 and
//! 3.53 then report no read of `b` to the authorizer, 3.54 does.

use migratory_core::sql::lexer::{self, Token};
use migratory_core::sql::statements::first_word;

use crate::act::{Act, ActKind};
use crate::schema::{Name, Schema};

/// Returns the reads of the table whose rows a statement moves, if SQLite has reported none.
pub(super) fn unreported_reads(acts: &[Act], sql: &str, schema: &Schema) -> Vec<Act> {
    let is_read = |act: &Act| matches!(act.kind, ActKind::Read { .. });
    if acts.iter().any(is_read) {
        return Vec::new();
    }
    let source = source(sql).and_then(|name| schema.tables.get(&name));
    let columns = source.into_iter().flat_map(|table| {
        let read =
            |column: &Name| ActKind::Read { table: table.name.clone(), column: column.clone() };
        table.columns.iter().map(move |column| read(&column.name))
    });
    columns.map(|kind| Act { kind, accessor: None }).collect()
}

/// Returns the table in `INSERT .. SELECT * FROM table`.
fn source(sql: &str) -> Option<Name> {
    let is_insert = |word: &Token<'_>| word.is_word("insert") || word.is_word("replace");
    first_word(sql).filter(is_insert)?;
    let tokens: Vec<_> = lexer::meaningful(sql).collect();
    let is_select = |three: &[Token<'_>]| {
        three[0].is_word("select") && three[1].text == "*" && three[2].is_word("from")
    };
    let at = tokens.windows(3).position(is_select)? + 3;
    let name = match tokens.get(at..)? {
        [_, dot, name, ..] if dot.text == "." => name,
        [name, ..] => name,
        [] => return None,
    };
    Some(Name::new(name.unquoted()))
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;
    use crate::rules::harness;
    use crate::sandbox::Sandbox;
    use migratory_core::Direction;

    const BEFORE: &str = "CREATE TABLE a (x, y); CREATE TABLE \"b c\" (x, y);";

    fn sandbox() -> Sandbox {
        let sandbox = Sandbox::plain().expect("a database in memory");
        sandbox.conn().execute_batch(BEFORE).expect("the schema before");
        sandbox
    }

    fn read(acts: &[Act]) -> BTreeSet<String> {
        let column = |act: &Act| match &act.kind {
            ActKind::Read { table, column } => Some(format!("{table}.{column}")),
            _ => None,
        };
        acts.iter().filter_map(column).collect()
    }

    #[test]
    fn the_source_of_moved_rows_is_read_on_every_sqlite() {
        for sql in [
            "INSERT INTO a SELECT * FROM \"b c\";",
            "/* all */ insert or ignore into main.a select * from main.[B C]",
            "REPLACE INTO a SELECT * FROM \"b c\" AS b",
        ] {
            let expected = BTreeSet::from(["b c.x", "b c.y"].map(str::to_owned));
            let mut sandbox = sandbox();
            let schema = sandbox.schema().expect("a schema");
            assert_eq!(read(&unreported_reads(&[], sql, &schema)), expected, "{sql}");
            let script = harness::checked(sql, Direction::Up);
            let performance = sandbox.perform(&script, &mut |_, _| ()).expect("a performance");
            assert_eq!(read(&performance.statements[0].acts), expected, "{sql}");
        }
    }

    #[test]
    fn other_statements_move_no_rows() {
        let schema = sandbox().schema().expect("a schema");
        for sql in [
            "SELECT * FROM a",
            "INSERT INTO a VALUES (1, 2)",
            "INSERT INTO a SELECT x, y FROM \"b c\"",
            "INSERT INTO a SELECT * FROM nowhere",
            "CREATE TRIGGER t AFTER INSERT ON a BEGIN INSERT INTO a SELECT * FROM \"b c\"; END",
            "INSERT INTO a SELECT * FROM",
        ] {
            assert!(unreported_reads(&[], sql, &schema).is_empty(), "{sql}");
        }
        let reported =
            [Act { kind: ActKind::Read { table: "a".into(), column: "x".into() }, accessor: None }];
        let moves = "INSERT INTO a SELECT * FROM \"b c\"";
        assert!(unreported_reads(&reported, moves, &schema).is_empty());
    }
}
