//! The first wall: what SQLite's authorizer lets a statement do.

use std::fmt;

use rusqlite::hooks::AuthAction;

use super::allowed::{self, Known};
use crate::remedy::PREFIX;

/// An action that a statement may not take in a rehearsal.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Refused {
    /// Attaching or detaching a database, or copying this one into a file.
    Database,
    Function(String),
    /// Reading a pragma, or setting it.
    Pragma(String, Option<String>),
    Module(String),
    /// Reading more than a million columns, as nested views do that each double the columns of the last.
    Views,
    /// An action that this library does not know.
    Action,
}

impl fmt::Display for Refused {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(PREFIX)?;
        match self {
            Self::Database => f.write_str("another database"),
            Self::Function(name) => write!(f, "the function `{name}`"),
            Self::Pragma(name, None) => write!(f, "`PRAGMA {name}`"),
            Self::Pragma(name, Some(value)) => write!(f, "`PRAGMA {name} = {value}`"),
            Self::Module(name) => write!(f, "the module `{name}`"),
            Self::Views => {
                f.write_str("a statement that reads a million columns, through views of views")
            }
            Self::Action => f.write_str("an action of SQLite that migratory does not know"),
        }
    }
}

/// What the authorizer bases its decisions on.
#[derive(Debug)]
pub(crate) struct Permit {
    pub(crate) known: &'static Known,
    /// The functions that the application registers itself.
    pub(crate) declared: Vec<(String, i32)>,
    /// Whether a VACUUM is running, which attaches a database without a name.
    pub(crate) is_vacuum: bool,
    /// The table whose column was read last: a statement reads many columns, and SQLite asks about
    /// each.
    pub(crate) last_read: String,
}

impl Permit {
    /// Returns what is refused about an action, if anything is.
    pub(crate) fn refuse(&mut self, action: &AuthAction<'_>) -> Option<Refused> {
        let AuthAction::Read { table_name, .. } = *action else { return self.judge(action) };
        if self.last_read == table_name {
            return None;
        }
        let refused = self.judge(action);
        if refused.is_none() {
            table_name.clone_into(&mut self.last_read);
        }
        refused
    }

    fn judge(&self, action: &AuthAction<'_>) -> Option<Refused> {
        let (is_allowed, refused) = match *action {
            AuthAction::Attach { filename } => {
                (self.is_vacuum && filename.is_empty(), Refused::Database)
            }
            AuthAction::Function { function_name: name } => (
                allowed::function(name, &self.declared, self.known),
                Refused::Function(name.to_owned()),
            ),
            AuthAction::Pragma { pragma_name: name, pragma_value: value } => (
                allowed::pragma(name, value, self.known),
                Refused::Pragma(name.to_ascii_lowercase(), value.map(str::to_owned)),
            ),
            AuthAction::CreateVtable { module_name: name, .. }
            | AuthAction::DropVtable { module_name: name, .. }
            // A query can read an eponymous module like a table of its name.
            | AuthAction::Read { table_name: name, .. }
            | AuthAction::Insert { table_name: name }
            | AuthAction::Update { table_name: name, .. }
            | AuthAction::Delete { table_name: name } => {
                (allowed::module(name, self.known), Refused::Module(name.to_owned()))
            }
            _ => (is_of_the_database(action), other(action)),
        };
        (!is_allowed).then_some(refused)
    }
}

/// Whether an action stays within the database, whatever names it uses.
fn is_of_the_database(action: &AuthAction<'_>) -> bool {
    matches!(
        action,
        AuthAction::CreateIndex { .. }
            | AuthAction::CreateTable { .. }
            | AuthAction::CreateTempIndex { .. }
            | AuthAction::CreateTempTable { .. }
            | AuthAction::CreateTempTrigger { .. }
            | AuthAction::CreateTempView { .. }
            | AuthAction::CreateTrigger { .. }
            | AuthAction::CreateView { .. }
            | AuthAction::DropIndex { .. }
            | AuthAction::DropTable { .. }
            | AuthAction::DropTempIndex { .. }
            | AuthAction::DropTempTable { .. }
            | AuthAction::DropTempTrigger { .. }
            | AuthAction::DropTempView { .. }
            | AuthAction::DropTrigger { .. }
            | AuthAction::DropView { .. }
            | AuthAction::AlterTable { .. }
            | AuthAction::Analyze { .. }
            | AuthAction::Reindex { .. }
            | AuthAction::Select
            | AuthAction::Recursive
            | AuthAction::Transaction { .. }
            | AuthAction::Savepoint { .. }
    )
}

/// ATTACH with an expression has no file name to report, and rusqlite then does not recognise the
/// action.
fn other(action: &AuthAction<'_>) -> Refused {
    match action {
        AuthAction::Detach { .. }
        | AuthAction::Unknown {
            code: rusqlite::ffi::SQLITE_ATTACH | rusqlite::ffi::SQLITE_DETACH,
            ..
        } => Refused::Database,
        _ => Refused::Action,
    }
}
