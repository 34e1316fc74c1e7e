//! Finds rowids that a trigger writes into another table, or by which it finds rows of one.

use migratory_core::sql::lexer::{self, Token};

use super::{is_checked, is_rowid, may_mention};
use crate::mention::Mention;
use crate::rules;
use crate::schema::{Name, Schema, TableKind, Trigger};

/// Returns the table whose rowids a trigger uses, with a description.
pub(super) fn holds(trigger: &Trigger, schema: &Schema) -> Option<(Name, Mention)> {
    if !may_mention(&trigger.sql) {
        return None;
    }
    let tokens: Vec<_> = lexer::meaningful(&trigger.sql).collect();
    let begin = tokens.iter().position(|token| token.is_word("begin"))?;
    let Trigger { name, table, .. } = trigger;
    let held = |statement: &[Token<'_>]| {
        let is_other = |of: &Name| of != table && !schema.tables.get(of).is_some_and(is_checked);
        let of = target(statement).filter(is_other)?;
        if values(statement).windows(3).any(is_of_row) && !statement[0].is_word("delete") {
            let text = format!("the trigger `{name}` stores rowids of `{table}`");
            return Some(Mention::new(text, [name, table]));
        }
        (!statement[0].is_word("insert") && finds(statement)).then(|| {
            let text = format!("the trigger `{name}` finds rows of `{of}` by rowids of `{table}`");
            Mention::new(text, [name, &of, table])
        })
    };
    let mut statements = tokens[begin + 1..].split(|token| token.text == ";");
    statements.find_map(held).map(|how| (table.clone(), how))
}

/// Returns the full-text indexes with texts of their own whose rowids a trigger assigns.
pub(super) fn numbers(trigger: &Trigger, schema: &Schema) -> Vec<(Name, Mention)> {
    if !may_mention(&trigger.sql) {
        return Vec::new();
    }
    let tokens: Vec<_> = lexer::meaningful(&trigger.sql).collect();
    let statements = tokens.split(|token| token.text == ";" || token.is_word("begin"));
    let numbered = statements.filter_map(|statement| {
        let of = target(statement).filter(|_| !statement[0].is_word("delete"))?;
        let table = schema.tables.get(&of)?;
        let is_index =
            |module: &str| module.to_ascii_lowercase().starts_with("fts") && !is_checked(table);
        let is_it = matches!(&table.kind, TableKind::Virtual(module) if is_index(module));
        let named = statement.iter().skip_while(|token| token.text != "(");
        let mut named = named.take_while(|token| token.text != ")");
        (is_it && named.any(is_rowid)).then_some(of)
    });
    let empty_run = |of: &Name| {
        let text =
            format!("the trigger `{}` gives the rows of `{of}` the rowids of others", trigger.name);
        Mention::new(text, [&trigger.name, of])
    };
    numbered.map(|of| (of.clone(), empty_run(&of))).collect()
}

/// Returns the table that a statement of a trigger writes to or deletes from.
fn target(statement: &[Token<'_>]) -> Option<Name> {
    let verb = statement.first()?;
    let name = if verb.is_word("update") {
        statement.get(1)
    } else if verb.is_word("insert") || verb.is_word("replace") {
        statement.get(statement.iter().position(|token| token.is_word("into"))? + 1)
    } else if verb.is_word("delete") {
        statement.get(2)
    } else {
        None
    };
    name.map(|name| Name::new(name.unquoted()))
}

/// Returns the part of a statement with the values it writes, without the condition on rows.
fn values<'t, 'a>(statement: &'t [Token<'a>]) -> &'t [Token<'a>] {
    let end = statement.iter().position(|token| token.is_word("where"));
    &statement[..end.unwrap_or(statement.len())]
}

/// Matches `NEW.rowid` and `OLD.rowid`.
fn is_of_row(three: &[Token<'_>]) -> bool {
    (three[0].is_word("new") || three[0].is_word("old"))
        && three[1].text == "."
        && is_rowid(&three[2])
}

/// Whether a statement itself, and not a subquery of it, selects its rows by the rowid of the
/// trigger's row.
fn finds(statement: &[Token<'_>]) -> bool {
    let outer = rules::top_level(statement.iter().copied());
    let outer: Vec<_> = outer.into_iter().skip_while(|token| !token.is_word("where")).collect();
    outer.windows(3).enumerate().any(|(at, three)| {
        let is_equal = |at: usize| outer.get(at).is_some_and(|it| matches!(it.text, "=" | "=="));
        is_of_row(three) && (is_equal(at + 3) || at.checked_sub(1).is_some_and(is_equal))
    })
}
