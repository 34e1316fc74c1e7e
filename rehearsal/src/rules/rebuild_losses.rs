//! Finds what a rebuilt table has lost.

mod column;
mod key;
#[cfg(test)]
mod tests;

use migratory_core::sql::lexer::Kind;

use super::lineage::Rebuild;
use super::phrase::{self, Phrase};
use super::{Facts, columns, one_line};
use crate::act::{ActKind, Statement};
use crate::schema::{
    self, Column, Difference, Index, Name, Part, Schema, Table, TableKind, Trigger, braced,
};

/// Something that is lost.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Loss {
    /// Its description.
    pub(crate) what: String,
    /// The names in the description.
    pub(crate) names: Vec<Name>,
    pub(crate) remedy: Remedy,
}

/// What restores a loss.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Remedy {
    /// A statement after the new table has its final name.
    Statement(String),
    /// A part of the table's definition.
    Part(String),
    /// Another CHECK, because the column now has this type.
    Rewritten(Name, String),
    /// A part of this column's definition.
    OfColumn(Name, String),
    /// A word after the table's definition.
    Option(&'static str),
    /// The expression that makes this column generated, so that no copy writes to it.
    Generated(Name, String),
    /// The whole declaration of this column, and why no other will do.
    Declaration(Name, String, &'static str),
    /// A clause after this constraint.
    Behind(String, String),
}

impl Loss {
    /// A part of a column's definition.
    fn of_column(column: &Name, text: String) -> Self {
        let what = format!("`{text}` of `{column}`");
        Self { what, names: vec![column.clone()], remedy: Remedy::OfColumn(column.clone(), text) }
    }
}

/// Returns what the old table had, the new one lacks, and the script did not remove explicitly.
pub(crate) fn of(facts: &Facts<'_>, rebuild: &Rebuild<'_>) -> Vec<Loss> {
    let Rebuild { old, new, .. } = *rebuild;
    let mut losses = indexes(facts, old, new);
    losses.extend(triggers(facts, &old.name));
    if old.kind == TableKind::Ordinary && new.kind == TableKind::Ordinary {
        losses.extend(keys(facts.after(), old, new));
        losses.extend(checks(old, new));
        losses.extend(key::foreign_keys(facts, old, new));
        losses.extend(key::conflicts(old, new));
        losses.extend(column::all(old, new));
        losses.extend(options(old, new));
        if is_made_of_query(facts, rebuild) {
            losses.extend(column::not_null(old, new));
        }
    }
    if is_purpose(facts, old, &losses) { Vec::new() } else { losses }
}

/// Whether a missing DEFAULT is the only difference. Then it is the purpose of the rebuild, since
/// only a rebuild can remove a DEFAULT.
fn is_purpose(facts: &Facts<'_>, old: &Table, losses: &[Loss]) -> bool {
    let [Loss { remedy: Remedy::OfColumn(column, _), .. }] = losses else { return false };
    let differences = schema::differences(facts.before(), facts.after());
    let mut of_table = differences.iter().filter(|it| it.name == old.name);
    let is_default = |it: &Difference| it.part == Part::Default(column.clone());
    of_table.next().is_some_and(is_default) && of_table.next().is_none()
}

/// Returns indexes without a namesake and without an equivalent.
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
        names: vec![index.name.clone()],
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

/// Returns the tokens of an index after the table's name.
fn tail(sql: &str) -> Vec<String> {
    let rest = Phrase::parse(sql).map(|phrase| phrase.rest).unwrap_or_default();
    let inside = rest.iter().skip_while(|token| token.text != "(");
    inside
        .filter(|token| token.kind != Kind::Semicolon)
        .map(|it| it.unquoted().to_ascii_lowercase())
        .collect()
}

/// Returns triggers without a namesake on the table or view with this name.
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
        names: vec![trigger.name.clone()],
        remedy: Remedy::Statement(format!("{};", one_line(&trigger.sql))),
    })
    .collect()
}

fn body(trigger: &Trigger) -> Vec<String> {
    let rest = Phrase::parse(&trigger.sql).map(|phrase| phrase.rest).unwrap_or_default();
    rest.iter().map(|token| token.text.to_ascii_lowercase()).collect()
}

/// Whether a statement does this itself, and not by dropping the table.
fn is_dropped(facts: &Facts<'_>, does: impl Fn(&ActKind) -> bool) -> bool {
    facts.done().any(|(_, statement): (usize, &Statement)| {
        let phrase = Phrase::parse(facts.text(statement));
        let is_explicit =
            phrase.is_some_and(|phrase| phrase::any(&phrase.kind, &["index", "trigger"]));
        is_explicit && statement.own().any(&does)
    })
}

/// Returns lost PRIMARY KEY and UNIQUE constraints.
fn keys(after: &Schema, old: &Table, new: &Table) -> Vec<Loss> {
    let mut losses = Vec::new();
    if !old.primary_key.is_empty() && new.primary_key.is_empty() && has(new, &old.primary_key) {
        losses.push(part("PRIMARY KEY", &old.primary_key));
    }
    let lost = old.uniques.iter().filter(|unique| {
        has(new, unique) && !is_unique(after, new, unique) && !is_widened(old, new, unique)
    });
    losses.extend(lost.map(|unique| part("UNIQUE", unique)));
    losses
}

/// Whether a new UNIQUE contains these columns and others, so that the constraint was changed on
/// purpose.
fn is_widened(old: &Table, new: &Table, unique: &[Name]) -> bool {
    let is_new = |key: &[Name]| !old.uniques.iter().any(|other| is_same_set(other, key));
    let is_wider = |key: &[Name]| unique.iter().all(|name| key.contains(name));
    new.uniques.iter().any(|key| is_wider(key) && is_new(key))
}

fn part(word: &str, names: &[Name]) -> Loss {
    let text = format!("{word} ({})", columns(names));
    Loss { what: format!("`{text}`"), names: names.to_vec(), remedy: Remedy::Part(text) }
}

fn has(table: &Table, names: &[Name]) -> bool {
    names.iter().all(|name| table.column(name).is_some())
}

/// Whether a constraint or an index makes these columns, or some of them, unique.
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

/// Returns lost CHECKs. If a new one concerns a column of an old one, the old one was changed.
fn checks(old: &Table, new: &Table) -> Vec<Loss> {
    let come: Vec<_> = new.checks.iter().filter(|check| !is_among(check, &old.checks)).collect();
    let is_changed = |check: &str| {
        let mut columns = old.columns.iter().filter(|it| phrase::mentions(check, &it.name));
        columns.any(|it| come.iter().any(|other| phrase::mentions(other, &it.name)))
    };
    let was = old.checks.iter().filter(|check| !mentions_gone(check, old, new));
    let gone = was.filter(|check| !is_among(check, &new.checks) && !is_changed(check));
    gone.map(|check| {
        let text = format!("CHECK ({})", one_line(check));
        let what = format!("`{text}`");
        let remedy = match retyped(check, old, new) {
            Some(column) => Remedy::Rewritten(column.name.clone(), column.declared.clone()),
            None => Remedy::Part(text),
        };
        Loss { what, names: phrase::names(check).collect(), remedy }
    })
    .collect()
}

/// Returns a column of a CHECK that changed between texts and numbers, so that the old condition no
/// longer fits.
fn retyped<'t>(check: &str, old: &Table, new: &'t Table) -> Option<&'t Column> {
    let is_text = |column: &Column| {
        let declared = column.declared.to_ascii_uppercase();
        ["CHAR", "CLOB", "TEXT"].iter().any(|part| declared.contains(part))
    };
    let own = old.columns.iter().filter(|column| phrase::mentions(check, &column.name));
    let mut pairs = own.filter_map(|column| Some((column, new.column(&column.name)?)));
    let pair = pairs.find(|(old, new)| {
        is_text(old) != is_text(new) && ![old, new].iter().any(|it| it.declared.is_empty())
    });
    pair.map(|(_, new)| new)
}

/// Whether one of the texts is equivalent.
pub(crate) fn is_among(check: &str, others: &[String]) -> bool {
    others.iter().any(|other| words(other) == words(check))
}

fn words(sql: &str) -> Vec<String> {
    phrase::meaningful(sql).map(|token| token.unquoted().to_ascii_lowercase()).collect()
}

/// Whether the text names a column that the new table lacks.
fn mentions_gone(sql: &str, old: &Table, new: &Table) -> bool {
    let mut gone = old.columns.iter().filter(|column| new.column(&column.name).is_none());
    gone.any(|column| phrase::mentions(sql, &column.name))
}

fn options(old: &Table, new: &Table) -> Vec<Loss> {
    let mut losses = Vec::new();
    if old.is_autoincrement && !new.is_autoincrement && has(new, &old.primary_key) {
        let name = old.primary_key.first().cloned().unwrap_or_else(|| Name::new("id"));
        losses.push(Loss {
            what: "`AUTOINCREMENT`".to_owned(),
            names: Vec::new(),
            remedy: Remedy::Declaration(
                name.clone(),
                format!("{} INTEGER PRIMARY KEY AUTOINCREMENT", name.written()),
                "without it, ids of deleted rows are reused",
            ),
        });
    }
    for (word, was, is) in [
        ("STRICT", old.is_strict, new.is_strict),
        ("WITHOUT ROWID", old.is_without_rowid, new.is_without_rowid),
    ] {
        if was && !is {
            let (what, names) = (format!("`{word}`"), Vec::new());
            losses.push(Loss { what, names, remedy: Remedy::Option(word) });
        }
    }
    losses
}

/// Returns what to write instead of the `CREATE TABLE .. AS` that makes the new table: the old
/// definition, and a copy.
pub(crate) fn written_out(facts: &Facts<'_>, rebuild: &Rebuild<'_>) -> Option<String> {
    if !is_made_of_query(facts, rebuild) {
        return None;
    }
    let made = rebuild.made.and_then(|at| facts.statements.get(at))?;
    let (name, source) = (Phrase::parse(facts.text(made))?.object().written(), rebuild.old);
    let sql = one_line(&source.sql);
    let definition = sql.get(sql.find('(')?..)?;
    let stored = source.columns.iter().filter(|it| it.generated.is_none());
    let columns = columns(stored.map(|it| &it.name));
    let old = source.name.written();
    Some(format!(
        "give it the definition of the old table, and copy the rows: `CREATE TABLE {name} {definition};` \
         `INSERT INTO {name} ({columns}) SELECT {columns} FROM {old};`"
    ))
}

/// Whether the new table was created by `CREATE TABLE .. AS`, which copies no constraints.
fn is_made_of_query(facts: &Facts<'_>, rebuild: &Rebuild<'_>) -> bool {
    let made = rebuild.made.and_then(|at| facts.statements.get(at));
    let phrase = made.and_then(|statement| Phrase::parse(facts.text(statement)));
    phrase.is_some_and(|phrase| phrase.rest.first().is_some_and(|token| token.is_word("as")))
}
