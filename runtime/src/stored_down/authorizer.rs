//! Restricts a stored down with SQLite's authorizer, which knows what a statement does.

use std::collections::HashSet;
use std::sync::{Arc, Mutex, PoisonError};

use migratory_core::sql::lexer::{self, Kind};
use rusqlite::Connection;
use rusqlite::hooks::{AuthAction, AuthContext, Authorization};

use super::allowed::is_pragma_allowed;
use crate::{Down, MigrationSet};

/// SQLite's functions that read only their arguments, the clock and the connection's counters.
const FUNCTIONS: &str = "-> ->> abs acos acosh asin asinh atan atan2 atanh avg bm25 ceil ceiling changes char coalesce \
    concat concat_ws cos cosh count cume_dist current_date current_time current_timestamp date datetime degrees \
    dense_rank exp first_value floor format glob group_concat hex highlight if ifnull iif instr json json_array \
    json_array_length json_error_position json_extract json_group_array json_group_object json_insert json_object \
    json_patch json_pretty json_quote json_remove json_replace json_set json_type json_valid jsonb jsonb_array \
    jsonb_extract jsonb_group_array jsonb_group_object jsonb_insert jsonb_object jsonb_patch jsonb_remove jsonb_replace \
    jsonb_set julianday lag last_insert_rowid last_value lead length like likelihood likely ln log log10 log2 lower ltrim \
    match max min mod nth_value ntile nullif octet_length percent_rank pi pow power printf quote radians random \
    randomblob rank replace round row_number rtrim sign sin sinh snippet soundex sqlite_version sqrt strftime string_agg \
    substr substring subtype sum tan tanh time timediff total total_changes trim trunc typeof unhex unicode unistr \
    unistr_quote unixepoch unlikely upper zeroblob";

/// Functions that ALTER TABLE calls and that SQL can't call.
const OF_ALTER: [&str; 3] = ["sqlite_rename_", "sqlite_drop_column", "sqlite_fail"];

/// Virtual tables that store their content in the database.
const MODULES: [&str; 7] = ["fts3", "fts4", "fts5", "fts5vocab", "geopoly", "rtree", "rtree_i32"];

/// Virtual tables that exist without CREATE and hold no data of their own.
const WITHOUT_CREATE: [&str; 3] = ["json_each", "json_tree", "generate_series"];

/// The authorizer's state, which denies anything not on the list while a stored down runs.
#[derive(Clone, Default)]
pub(super) struct Judge(Arc<Mutex<State>>);

#[derive(Default)]
struct State {
    is_judging: bool,
    /// The names of functions or modules that the program's own scripts call.
    known: HashSet<String>,
    /// The virtual tables that exist without CREATE.
    eponymous: HashSet<String>,
    denied: Option<String>,
}

impl Judge {
    pub(super) fn new(conn: &Connection, set: &MigrationSet<'_>) -> rusqlite::Result<Self> {
        // Uses the statement and not the table-valued function, because the copied schema may have
        // a view of that name.
        let mut statement = conn.prepare("PRAGMA module_list")?;
        let names = statement.query_map([], |row| row.get::<_, String>(0))?;
        let lower = names.map(|name| name.map(|name| name.to_ascii_lowercase()));
        let eponymous = lower.collect::<Result<_, _>>()?;
        let known = called(set);
        Ok(Self(Arc::new(Mutex::new(State { known, eponymous, ..State::default() }))))
    }

    /// Answers SQLite's question about an action.
    pub(super) fn authorize(&self, context: AuthContext<'_>) -> Authorization {
        let mut state = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        match state.refusal(&context).filter(|_| state.is_judging) {
            None => Authorization::Allow,
            Some(what) => {
                state.denied = Some(what);
                Authorization::Deny
            }
        }
    }

    /// Does some work under the authorizer, and returns what was denied.
    pub(super) fn judging<T>(&self, work: impl FnOnce() -> T) -> (T, Option<String>) {
        let lock = || self.0.lock().unwrap_or_else(PoisonError::into_inner);
        lock().is_judging = true;
        let outcome = work();
        let mut state = lock();
        state.is_judging = false;
        (outcome, state.denied.take())
    }
}

impl State {
    /// Returns what isn't on the list in an action.
    fn refusal(&self, context: &AuthContext<'_>) -> Option<String> {
        use AuthAction as A;
        let database = match context.action {
            // For DROP COLUMN, this holds the column and not the database.
            A::AlterTable { database_name, .. } => database_name,
            _ => context.database_name.unwrap_or("main"),
        };
        if database == "temp" && is_search(context.action) {
            return None;
        }
        if database != "main" && !is_of_vacuum(database) {
            return Some(format!("the database `{database}`"));
        }
        match context.action {
            A::CreateIndex { .. }
            | A::CreateTable { .. }
            | A::CreateTrigger { .. }
            | A::CreateView { .. }
            | A::DropIndex { .. }
            | A::DropTable { .. }
            | A::DropTrigger { .. }
            | A::DropView { .. }
            | A::DropVtable { .. }
            | A::AlterTable { .. }
            | A::Reindex { .. }
            | A::Analyze { .. }
            | A::Select
            | A::Recursive
            | A::Transaction { .. }
            | A::Savepoint { .. }
            | A::Attach { filename: "" } => None,
            A::Detach { database_name } if is_of_vacuum(database_name) => None,
            A::Read { table_name, .. }
            | A::Insert { table_name }
            | A::Delete { table_name }
            | A::Update { table_name, .. } => self.table(table_name),
            A::Function { function_name } => self.function(function_name),
            A::CreateVtable { module_name, .. } => self.module(module_name),
            A::Pragma { pragma_name, pragma_value } => {
                (!is_pragma_allowed(pragma_name, pragma_value))
                    .then(|| format!("`PRAGMA {pragma_name}`"))
            }
            _ => Some("an unknown action".to_owned()),
        }
    }

    fn table(&self, name: &str) -> Option<String> {
        let lower = name.to_ascii_lowercase();
        let is_fine = !self.eponymous.contains(&lower)
            || WITHOUT_CREATE.contains(&lower.as_str())
            || lower.starts_with("pragma_");
        (!is_fine).then(|| format!("the table `{name}`"))
    }

    fn function(&self, name: &str) -> Option<String> {
        let lower = name.to_ascii_lowercase();
        let is_fine = FUNCTIONS.split_whitespace().any(|known| known == lower)
            || OF_ALTER.iter().any(|internal| lower.starts_with(internal))
            || self.known.contains(&lower);
        (!is_fine).then(|| format!("the function `{name}`"))
    }

    fn module(&self, name: &str) -> Option<String> {
        let lower = name.to_ascii_lowercase();
        let is_fine = MODULES.contains(&lower.as_str()) || self.known.contains(&lower);
        (!is_fine).then(|| format!("the module `{name}` of virtual tables"))
    }
}

/// Returns whether ALTER TABLE is searching for temporary objects that refer to the table.
fn is_search(action: AuthAction<'_>) -> bool {
    match action {
        AuthAction::Read { table_name, .. } | AuthAction::Update { table_name, .. } => {
            matches!(table_name, "sqlite_temp_schema" | "sqlite_temp_master")
        }
        _ => false,
    }
}

/// Returns whether this is the database that VACUUM attaches; newer versions append a random number
/// to its name.
fn is_of_vacuum(database: &str) -> bool {
    database.starts_with("vacuum_")
}

/// Returns the names before a parenthesis in the scripts of a set: a stored down may call the same
/// functions.
fn called(set: &MigrationSet<'_>) -> HashSet<String> {
    let mut names = HashSet::new();
    for migration in set.migrations() {
        let down = match migration.down() {
            Down::Script(down) => Some(down.sql()),
            Down::Irreversible(_) | Down::UpOnly => None,
        };
        for sql in std::iter::once(migration.up().sql()).chain(down) {
            let tokens: Vec<_> = lexer::meaningful(sql).collect();
            let calls = tokens.windows(2).filter(|pair| pair[1].text == "(");
            let calls = calls.filter(|pair| matches!(pair[0].kind, Kind::Word | Kind::Name));
            names.extend(calls.map(|pair| pair[0].unquoted().to_ascii_lowercase()));
        }
    }
    names
}
