//! Translates what SQLite's authorizer is asked into the actions of a statement.

use std::ops::Range;

use migratory_core::sql::lexer;
use rusqlite::hooks::{AuthAction, AuthContext};

use crate::act::{Act, ActKind, Statement};
use crate::schema::Name;

/// The action that SQLite reports; `None` for one that every statement of the kind has.
pub(crate) fn act(context: &AuthContext<'_>) -> Option<Act> {
    let kind = definition(&context.action).or_else(|| manipulation(&context.action))?;
    Some(Act { kind, accessor: context.accessor.map(Name::from) })
}

fn definition(action: &AuthAction<'_>) -> Option<ActKind> {
    Some(match *action {
        AuthAction::CreateTable { table_name } => ActKind::CreateTable(table_name.into()),
        AuthAction::CreateVtable { table_name, .. } => {
            ActKind::CreateVirtualTable(table_name.into())
        }
        AuthAction::CreateIndex { index_name, table_name } => {
            ActKind::CreateIndex { index: index_name.into(), table: table_name.into() }
        }
        AuthAction::CreateTrigger { trigger_name, table_name } => {
            ActKind::CreateTrigger { trigger: trigger_name.into(), table: table_name.into() }
        }
        AuthAction::CreateView { view_name } => ActKind::CreateView(view_name.into()),
        AuthAction::DropTable { table_name } => ActKind::DropTable(table_name.into()),
        AuthAction::DropVtable { table_name, .. } => ActKind::DropVirtualTable(table_name.into()),
        AuthAction::DropIndex { index_name, table_name } => {
            ActKind::DropIndex { index: index_name.into(), table: table_name.into() }
        }
        AuthAction::DropTrigger { trigger_name, table_name } => {
            ActKind::DropTrigger { trigger: trigger_name.into(), table: table_name.into() }
        }
        AuthAction::DropView { view_name } => ActKind::DropView(view_name.into()),
        AuthAction::AlterTable { table_name, .. } => ActKind::AlterTable(table_name.into()),
        _ => return None,
    })
}

fn manipulation(action: &AuthAction<'_>) -> Option<ActKind> {
    Some(match *action {
        AuthAction::Insert { table_name }
        | AuthAction::Delete { table_name }
        | AuthAction::Update { table_name, .. }
        | AuthAction::Read { table_name, .. }
            if is_schema(table_name) =>
        {
            return None;
        }
        AuthAction::Insert { table_name } => ActKind::Insert(table_name.into()),
        AuthAction::Delete { table_name } => ActKind::Delete(table_name.into()),
        AuthAction::Update { table_name, column_name } => {
            ActKind::Update { table: table_name.into(), column: column_name.into() }
        }
        AuthAction::Read { table_name, column_name } => {
            ActKind::Read { table: table_name.into(), column: column_name.into() }
        }
        AuthAction::Select => ActKind::Select,
        AuthAction::Function { function_name } => ActKind::Function(function_name.to_owned()),
        AuthAction::Pragma { pragma_name, pragma_value } => ActKind::Pragma {
            name: pragma_name.to_ascii_lowercase(),
            value: pragma_value.map(str::to_owned),
        },
        AuthAction::Attach { filename } => ActKind::Attach(filename.to_owned()),
        AuthAction::Detach { database_name } => ActKind::Detach(database_name.to_owned()),
        ref other => ActKind::Other(other_word(other)),
    })
}

fn other_word(action: &AuthAction<'_>) -> &'static str {
    match action {
        AuthAction::Reindex { .. } => "REINDEX",
        AuthAction::Analyze { .. } => "ANALYZE",
        AuthAction::Transaction { .. } => "a transaction",
        AuthAction::Savepoint { .. } => "a savepoint",
        AuthAction::Recursive => "a recursive query",
        _ => "a temporary object",
    }
}

fn is_schema(table: &str) -> bool {
    ["sqlite_master", "sqlite_schema", "sqlite_temp_master", "sqlite_temp_schema"]
        .iter()
        .any(|name| table.eq_ignore_ascii_case(name))
}

/// The actions of a statement, without the consequences of a DROP TABLE.
///
/// For a DROP TABLE, SQLite also reports that the rows are deleted, and what the foreign keys then
/// do. Those follow from the statement, and are not in its text.
pub(crate) fn without_consequences(mut acts: Vec<Act>) -> Vec<Act> {
    let drops =
        |act: &Act| matches!(act.kind, ActKind::DropTable(_) | ActKind::DropVirtualTable(_));
    if acts.iter().any(drops) {
        acts.retain(|act| !matches!(act.kind, ActKind::Delete(_) | ActKind::Update { .. }));
    }
    acts
}

/// Whether the statement may change the schema.
pub(crate) fn is_ddl(statement: &Statement) -> bool {
    statement.acts.iter().any(|act| {
        !matches!(
            act.kind,
            ActKind::Insert(_)
                | ActKind::Delete(_)
                | ActKind::Update { .. }
                | ActKind::Read { .. }
                | ActKind::Select
                | ActKind::Function(_)
                | ActKind::Pragma { .. }
                | ActKind::Attach(_)
                | ActKind::Detach(_)
                | ActKind::Other(_)
        )
    })
}

/// The range of a statement without the blanks and comments around it.
pub(crate) fn trimmed(sql: &str, range: Range<usize>) -> Range<usize> {
    let text = sql.get(range.clone()).unwrap_or_default();
    let mut tokens =
        lexer::meaningful(text).skip_while(|token| token.kind == lexer::Kind::Semicolon);
    let Some(first) = tokens.next() else { return range };
    let start = range.start + first.start;
    if range.end < sql.len() {
        // SQLite stopped reading at the semicolon.
        return start..range.end;
    }
    let last = tokens.last().unwrap_or(first);
    start..range.start + last.end()
}
