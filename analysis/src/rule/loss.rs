//! What a rebuilt table had and has no more.

use migratory_runtime::lexer::Kind;

use super::lineage::Rebuild;
use super::phrase::{self, Phrase};
use super::{Facts, columns, one_line, written};
use crate::act::{ActKind, Statement};
use crate::schema::{ForeignKey, Index, Name, Schema, Table, TableKind, Trigger};

/// A thing that is lost.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Loss {
    /// What it is, as a reader calls it.
    pub(crate) what: String,
    pub(crate) remedy: Remedy,
}

/// What brings it back.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Remedy {
    /// A statement after the table has its name.
    Statement(String),
    /// A part of the definition of the table.
    Part(String),
    /// A part of the definition of this column.
    OfColumn(Name, String),
    /// A word after the definition of the table.
    Option(&'static str),
}

/// What the table of before the script had, that the one in its place lacks, and that nobody took away.
pub(crate) fn of(facts: &Facts<'_>, rebuild: &Rebuild<'_>) -> Vec<Loss> {
    let Rebuild { old, new, .. } = *rebuild;
    let mut losses = indexes(facts, old, new);
    losses.extend(triggers(facts, &old.name));
    if old.kind == TableKind::Ordinary && new.kind == TableKind::Ordinary {
        losses.extend(keys(facts.after(), old, new));
        losses.extend(checks(old, new));
        losses.extend(foreign_keys(facts.after(), old, new));
        losses.extend(collations(old, new));
        losses.extend(options(old, new));
        if is_made_of_query(facts, rebuild) {
            losses.extend(of_columns(old, new));
        }
    }
    losses
}

/// Indexes without a namesake and without one that serves as well.
fn indexes(facts: &Facts<'_>, old: &Table, new: &Table) -> Vec<Loss> {
    let after = facts.after();
    let lost = facts.before().indexes.values().filter(|index| {
        index.table == old.name
            && !mentions_gone(&index.sql, old, new)
            && !is_served(after, index, new)
            && !is_dropped(
                facts,
                |act| matches!(act, ActKind::DropIndex { index: it, .. } if *it == index.name),
            )
    });
    lost.map(|index| Loss {
        what: format!("the {}index `{}`", if index.is_unique { "unique " } else { "" }, index.name),
        remedy: Remedy::Statement(format!("{};", one_line(&index.sql))),
    })
    .collect()
}

fn is_served(after: &Schema, lost: &Index, new: &Table) -> bool {
    let named: Option<Vec<Name>> = lost.columns.iter().cloned().collect();
    let mut others = after.indexes.values().filter(|index| index.table == new.name);
    let has_other = others.any(|index| {
        let is_unique_enough = !lost.is_unique || index.is_unique;
        index.name == lost.name
            || (is_unique_enough && tail(&index.sql) == tail(&lost.sql))
            || (!lost.is_unique
                && !index.is_partial
                && named.is_some()
                && index.columns.starts_with(&lost.columns))
            || (lost.is_unique
                && index.is_unique
                && !index.is_partial
                && named.as_ref().is_some_and(|named| are_alike(named, &index.columns)))
    });
    let constraints = new.uniques.iter().chain([&new.primary_key]);
    has_other
        || named.is_some_and(|named| {
            constraints.into_iter().any(|key| {
                if lost.is_unique { is_same_set(key, &named) } else { key.starts_with(&named) }
            })
        })
}

fn are_alike(named: &[Name], columns: &[Option<Name>]) -> bool {
    let columns: Option<Vec<Name>> = columns.iter().cloned().collect();
    columns.is_some_and(|columns| is_same_set(&columns, named))
}

/// What an index is over: the tokens after the table's name.
fn tail(sql: &str) -> Vec<String> {
    let rest = Phrase::parse(sql).map(|phrase| phrase.rest).unwrap_or_default();
    let inside = rest.iter().skip_while(|token| token.text != "(");
    inside
        .filter(|token| token.kind != Kind::Semicolon)
        .map(|it| it.unquoted().to_ascii_lowercase())
        .collect()
}

/// Triggers without a namesake on the table or view of that name.
pub(crate) fn triggers(facts: &Facts<'_>, table: &Name) -> Vec<Loss> {
    let after = facts.after();
    let lost = facts.before().triggers.values().filter(|trigger| {
        let mut others = after.triggers.values().filter(|other| other.table == *table);
        trigger.table == *table
            && !others.any(|other| other.name == trigger.name || body(other) == body(trigger))
            && !is_dropped(facts, |act| {
                matches!(act, ActKind::DropTrigger { trigger: it, .. } if *it == trigger.name)
            })
    });
    lost.map(|trigger| Loss {
        what: format!("the trigger `{}`", trigger.name),
        remedy: Remedy::Statement(format!("{};", one_line(&trigger.sql))),
    })
    .collect()
}

fn body(trigger: &Trigger) -> Vec<String> {
    let rest = Phrase::parse(&trigger.sql).map(|phrase| phrase.rest).unwrap_or_default();
    rest.iter().map(|token| token.text.to_ascii_lowercase()).collect()
}

/// Whether a statement does this by itself, and not because it drops the table.
fn is_dropped(facts: &Facts<'_>, does: impl Fn(&ActKind) -> bool) -> bool {
    facts.done().any(|(_, statement): (usize, &Statement)| {
        let phrase = Phrase::parse(facts.text(statement));
        let is_explicit =
            phrase.is_some_and(|phrase| phrase::any(&phrase.kind, &["index", "trigger"]));
        is_explicit && statement.own().any(&does)
    })
}

/// PRIMARY KEY and UNIQUE.
fn keys(after: &Schema, old: &Table, new: &Table) -> Vec<Loss> {
    let mut losses = Vec::new();
    if !old.primary_key.is_empty() && new.primary_key.is_empty() && has(new, &old.primary_key) {
        losses.push(part("PRIMARY KEY", &old.primary_key));
    }
    let lost =
        old.uniques.iter().filter(|unique| has(new, unique) && !is_unique(after, new, unique));
    losses.extend(lost.map(|unique| part("UNIQUE", unique)));
    losses
}

fn part(word: &str, names: &[Name]) -> Loss {
    let text = format!("{word} ({})", columns(names));
    Loss { what: format!("`{text}`"), remedy: Remedy::Part(text) }
}

fn has(table: &Table, names: &[Name]) -> bool {
    names.iter().all(|name| table.column(name).is_some())
}

/// Whether a constraint or an index keeps these columns distinct, or fewer of them.
fn is_unique(schema: &Schema, table: &Table, columns: &[Name]) -> bool {
    let within = |key: &[Name]| !key.is_empty() && key.iter().all(|name| columns.contains(name));
    let mut indexes = schema
        .indexes
        .values()
        .filter(|index| index.table == table.name && index.is_unique && !index.is_partial);
    within(&table.primary_key)
        || table.uniques.iter().any(|unique| within(unique))
        || indexes.any(|index| {
            let named: Option<Vec<Name>> = index.columns.iter().cloned().collect();
            named.is_some_and(|named| within(&named))
        })
}

fn is_same_set(one: &[Name], other: &[Name]) -> bool {
    one.len() == other.len() && one.iter().all(|name| other.contains(name))
}

/// Fewer CHECKs than there were on columns that still exist; one whose text changed is no loss.
fn checks(old: &Table, new: &Table) -> Vec<Loss> {
    let was: Vec<_> = old.checks.iter().filter(|check| !mentions_gone(check, old, new)).collect();
    let short = was.len().saturating_sub(new.checks.len());
    let gone =
        was.iter().filter(|check| !new.checks.iter().any(|other| words(other) == words(check)));
    gone.take(short)
        .map(|check| {
            let text = format!("CHECK ({})", one_line(check));
            Loss { what: format!("`{text}`"), remedy: Remedy::Part(text) }
        })
        .collect()
}

fn words(sql: &str) -> Vec<String> {
    phrase::meaningful(sql).map(|token| token.unquoted().to_ascii_lowercase()).collect()
}

/// Whether the text names a column that the new table does not have.
fn mentions_gone(sql: &str, old: &Table, new: &Table) -> bool {
    let mut gone = old.columns.iter().filter(|column| new.column(&column.name).is_none());
    gone.any(|column| phrase::mentions(sql, &column.name))
}

fn foreign_keys(after: &Schema, old: &Table, new: &Table) -> Vec<Loss> {
    let lost = old.foreign_keys.iter().filter(|key| {
        has(new, &key.columns)
            && after.tables.contains_key(&key.parent)
            && !new.foreign_keys.iter().any(|other| is_same_set(&other.columns, &key.columns))
    });
    lost.map(|key| {
        let text = foreign_key(key);
        Loss { what: format!("`{text}`"), remedy: Remedy::Part(text) }
    })
    .collect()
}

fn foreign_key(key: &ForeignKey) -> String {
    let parent = written(&key.parent);
    let mut parts = vec![format!("FOREIGN KEY ({}) REFERENCES {parent}", columns(&key.columns))];
    if !key.parent_columns.is_empty() {
        parts.push(format!("({})", columns(&key.parent_columns)));
    }
    for (event, action) in [("DELETE", &key.on_delete), ("UPDATE", &key.on_update)] {
        if !action.eq_ignore_ascii_case("no action") {
            parts.push(format!("ON {event} {action}"));
        }
    }
    if key.is_deferred {
        parts.push("DEFERRABLE INITIALLY DEFERRED".to_owned());
    }
    parts.join(" ")
}

fn collations(old: &Table, new: &Table) -> Vec<Loss> {
    let lost = old.columns.iter().filter(|column| {
        let now = new.column(&column.name);
        column.collation != *"BINARY" && now.is_some_and(|now| now.collation == *"BINARY")
    });
    lost.map(|column| {
        let text = format!("COLLATE {}", written(&column.collation));
        Loss {
            what: format!("`{text}` of `{}`", column.name),
            remedy: Remedy::OfColumn(column.name.clone(), text),
        }
    })
    .collect()
}

fn options(old: &Table, new: &Table) -> Vec<Loss> {
    let mut losses = Vec::new();
    if old.is_autoincrement && !new.is_autoincrement && has(new, &old.primary_key) {
        let name = old.primary_key.first().cloned().unwrap_or_else(|| Name::new("id"));
        losses.push(Loss {
            what: "`AUTOINCREMENT`".to_owned(),
            remedy: Remedy::OfColumn(name, "INTEGER PRIMARY KEY AUTOINCREMENT".to_owned()),
        });
    }
    for (word, was, is) in [
        ("STRICT", old.is_strict, new.is_strict),
        ("WITHOUT ROWID", old.is_without_rowid, new.is_without_rowid),
    ] {
        if was && !is {
            losses.push(Loss { what: format!("`{word}`"), remedy: Remedy::Option(word) });
        }
    }
    losses
}

/// Whether the new table was made by `CREATE TABLE .. AS`, which copies no constraint at all.
fn is_made_of_query(facts: &Facts<'_>, rebuild: &Rebuild<'_>) -> bool {
    let made = rebuild.made.and_then(|at| facts.statements.get(at));
    let phrase = made.and_then(|statement| Phrase::parse(facts.text(statement)));
    phrase.is_some_and(|phrase| phrase.rest.first().is_some_and(|token| token.is_word("as")))
}

/// NOT NULL and DEFAULT, whose loss is the purpose of many a rebuild where they are written.
fn of_columns(old: &Table, new: &Table) -> Vec<Loss> {
    let mut losses = Vec::new();
    for column in old.columns.iter().filter(|column| new.column(&column.name).is_some()) {
        let is_key = old.primary_key.contains(&column.name);
        let default = column.default.as_ref().map(|default| format!("DEFAULT {default}"));
        let not_null = (column.is_not_null && !is_key).then(|| "NOT NULL".to_owned());
        losses.extend([not_null, default].into_iter().flatten().map(|text| Loss {
            what: format!("`{text}` of `{}`", column.name),
            remedy: Remedy::OfColumn(column.name.clone(), text),
        }));
    }
    losses
}
