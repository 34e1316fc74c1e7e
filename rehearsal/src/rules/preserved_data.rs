//! Checks whether the content of a table or column is copied before it is removed.

use super::lineage::{END, Lineage};
use super::phrase::Phrase;
use super::{Facts, phrase, values_written};
use crate::act::{ActKind, Statement};
use crate::schema::{Name, Table, TableKind};

/// Modules whose tables keep rows of their own.
const KEEPERS: [&str; 6] = ["fts3", "fts4", "fts5", "rtree", "rtree_i32", "geopoly"];

/// Whether rows are lost with the table: a search index over another table has none of its own.
pub(crate) fn keeps_rows(table: &Table) -> bool {
    match &table.kind {
        TableKind::Ordinary => true,
        TableKind::Shadow => false,
        TableKind::Virtual(module) => {
            KEEPERS.iter().any(|keeper| keeper.eq_ignore_ascii_case(module))
                && !has_content_elsewhere(&table.sql)
        }
    }
}

/// Whether an FTS5 or FTS4 table has the option `content`, and so indexes another table or keeps no
/// text.
fn has_content_elsewhere(sql: &str) -> bool {
    let tokens: Vec<_> = phrase::meaningful(sql).collect();
    tokens.windows(2).any(|pair| pair[0].is_word("content") && pair[1].text == "=")
}

/// What may be copied elsewhere.
#[derive(Clone, Copy)]
pub(crate) struct Copied<'a> {
    /// The table, by its name before the statement `from`.
    pub(crate) table: &'a Name,
    /// The column; `None` stands for any.
    pub(crate) column: Option<&'a Name>,
    /// The first and last statements that count.
    pub(crate) from: usize,
    pub(crate) until: usize,
}

/// How many intermediate copies are followed; nobody makes more.
const HOPS: usize = 4;

/// Whether a statement reads it, and writes its values to something that outlives the script.
pub(crate) fn is_carried(facts: &Facts<'_>, lineage: &Lineage, copied: Copied<'_>) -> bool {
    carried(facts, lineage, copied, HOPS)
}

fn carried(facts: &Facts<'_>, lineage: &Lineage, copied: Copied<'_>, hops: usize) -> bool {
    facts.done().filter(|(at, _)| (copied.from..copied.until).contains(at)).any(
        |(at, statement)| {
            let Some(source) = lineage.name(copied.table, copied.from, at) else { return false };
            reads(facts, (at, statement), source, copied.column)
                && targets(facts, statement).any(|target| match target {
                    Target::Column(table, column) if table == *source => {
                        copied.column.is_some_and(|carried| *carried != column)
                    }
                    Target::Column(table, _) | Target::Rows(table) => {
                        table != *source && outlives(facts, lineage, &table, at + 1, hops)
                    }
                })
        },
    )
}

/// What a statement writes.
enum Target {
    Rows(Name),
    Column(Name, Name),
}

/// Whether a statement reads the column and may write its values, itself or through a view or a
/// trigger.
pub(super) fn reads(
    facts: &Facts<'_>,
    (at, statement): (usize, &Statement),
    source: &Name,
    wanted: Option<&Name>,
) -> bool {
    let is_read = |act: &ActKind| match act {
        // SQLite reports a read with an empty column for a table whose rows are only counted.
        ActKind::Read { table, column } => {
            table == source && *column != *"" && wanted.is_none_or(|wanted| wanted == column)
        }
        _ => false,
    };
    let table = facts.schemas[at].tables.get(source);
    let mut acts = statement.acts.iter().filter(|act| is_read(&act.kind));
    // If a down brings the values back, they are kept, in whatever form.
    let writes =
        || facts.is_returned || values_written::writes(facts.text(statement), table, wanted);
    acts.next().is_some_and(|first| {
        first.accessor.is_some() || acts.any(|act| act.accessor.is_some()) || writes()
    })
}

fn targets(facts: &Facts<'_>, statement: &Statement) -> impl Iterator<Item = Target> {
    let temporary = Phrase::parse(facts.text(statement))
        .filter(|phrase| phrase.is_temporary && phrase.verb.is_word("create"))
        .map(|phrase| Target::Rows(phrase.object()));
    // A write into a view goes where its triggers write.
    let is_through_view = statement.own().any(|act| match act {
        ActKind::Insert(target) => facts.schemas.iter().any(|it| it.views.contains_key(target)),
        _ => false,
    });
    let acts = statement.acts.iter().filter(move |act| is_through_view || act.accessor.is_none());
    let named = acts.filter_map(|act| match &act.kind {
        ActKind::Insert(table) | ActKind::CreateTable(table) => Some(Target::Rows(table.clone())),
        ActKind::Update { table, column } => Some(Target::Column(table.clone(), column.clone())),
        _ => None,
    });
    named.chain(temporary)
}

/// Whether the table exists after the script, or its rows were copied further.
fn outlives(facts: &Facts<'_>, lineage: &Lineage, table: &Name, from: usize, hops: usize) -> bool {
    let name = lineage.name(table, from, END);
    let kept = name.and_then(|name| facts.after().tables.get(name));
    let copied = Copied { table, column: None, from, until: END };
    kept.is_some_and(keeps_rows) || (hops > 0 && carried(facts, lineage, copied, hops - 1))
}
