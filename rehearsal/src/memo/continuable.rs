//! Tells which sets may be continued from a copy of their databases.
//!
//! A copy holds the database, but not what belongs to the connection. The runner restores the
//! pragmas of a connection after each script; other things a script can see, but nobody can set.

use migratory_analysis::{Checked, CheckedMigration, CheckedScript};
use migratory_core::sql::lexer;
use migratory_core::sql::pragmas::pragmas;

use crate::sandbox::limits::Lengths;

/// Functions whose result depends on earlier statements; those of `sandbox/chance` on how often they
/// were called.
const OF_BEFORE: [&str; 5] =
    ["changes", "total_changes", "last_insert_rowid", "random", "randomblob"];

/// Pragmas that are restored after each script, or that concern the content of the database, and
/// don't tell a copy from its original.
const PRAGMAS: [&str; 15] = [
    "application_id",
    "busy_timeout",
    "defer_foreign_keys",
    "foreign_key_check",
    "foreign_key_list",
    "foreign_keys",
    "ignore_check_constraints",
    "index_list",
    "integrity_check",
    "journal_mode",
    "legacy_alter_table",
    "recursive_triggers",
    "synchronous",
    "table_info",
    "user_version",
];

/// Whether no script can tell a run that continues from a copy from one that does not.
pub(super) fn is_continuable(checked: &Checked) -> bool {
    let mut scripts = checked.set().iter().flat_map(CheckedMigration::scripts);
    scripts.all(|script| is_continuable_text(&script.sql))
}

fn is_continuable_text(sql: &str) -> bool {
    let may_ask =
        ["changes", "last_insert_rowid", "pragma_", "dbstat", "analyze", "sqlite_stat", "random"];
    if lexer::has_any(sql, &may_ask) && asks(sql) {
        return false;
    }
    pragmas(sql).all(|it| PRAGMAS.iter().any(|known| it.name.eq_ignore_ascii_case(known)))
}

/// Whether a text may ask for something that is not in the database, or for its pages, or gather
/// statistics, which SQLite reads again at another time.
fn asks(sql: &str) -> bool {
    let mut tokens = lexer::meaningful(sql).peekable();
    while let Some(token) = tokens.next() {
        let word = token.unquoted().to_ascii_lowercase();
        let is_call = tokens.peek().is_some_and(|next| next.text == "(");
        let is_of_before = OF_BEFORE.contains(&word.as_str()) && is_call;
        let is_table = ["pragma_", "sqlite_stat", "dbstat"].iter().any(|it| word.starts_with(it));
        if is_of_before || is_table || word == "analyze" {
            return true;
        }
    }
    false
}

/// Describes everything by which later migrations decide how earlier ones are rehearsed: the rows
/// that are generated meet the conditions of all scripts, and values may be as long as the longest
/// literal requires.
pub(super) fn stamp(checked: &Checked) -> String {
    let set = checked.set();
    let scripts = set.iter().flat_map(CheckedMigration::scripts);
    let conditions: Vec<_> =
        scripts.flat_map(CheckedScript::conditions).map(|(it, _)| it).collect();
    format!("{:?} {conditions:?}", Lengths::of(set))
}
