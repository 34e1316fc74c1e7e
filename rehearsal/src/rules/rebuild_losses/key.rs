//! Finds what the keys of a rebuilt table have lost.

use super::super::lineage::{END, Lineage};
use super::super::{Facts, columns, phrase};
use super::{Loss, Remedy, has, is_same_set};
use crate::schema::{Definition, ForeignKey, Table};

/// Returns the foreign keys that are gone, and the clauses that remaining ones lack.
pub(super) fn foreign_keys(facts: &Facts<'_>, old: &Table, new: &Table) -> Vec<Loss> {
    let lineage = Lineage::new(facts);
    let mut losses = Vec::new();
    for key in old.foreign_keys.iter().filter(|key| has(new, &key.columns)) {
        let parent = lineage.name(&key.parent, 0, END).unwrap_or(&key.parent);
        // A key with more columns to the same table replaces this one.
        let is_wider = |other: &ForeignKey| {
            other.parent == *parent && key.columns.iter().all(|name| other.columns.contains(name))
        };
        let is_it = |(_, other): &(usize, &ForeignKey)| {
            is_same_set(&other.columns, &key.columns) || is_wider(other)
        };
        let mut others = new.foreign_keys.iter().enumerate().filter(is_it).peekable();
        if others.peek().is_none() {
            if facts.after().tables.contains_key(&key.parent) {
                let text = foreign_key(key);
                let names = phrase::names(&text).collect();
                losses.push(Loss { what: format!("`{text}`"), names, remedy: Remedy::Part(text) });
            }
            continue;
        }
        // A key that now refers to another table was changed on purpose.
        if let Some((at, other)) = others.find(|(_, other)| other.parent == *parent) {
            losses.extend(actions(key, other, &Clauses::of(new, at)));
        }
    }
    losses
}

/// The clauses that a foreign key states explicitly, even if they are the default.
struct Clauses {
    words: Vec<String>,
}

impl Clauses {
    /// Reads the clauses after the REFERENCES with this index.
    fn of(table: &Table, number: usize) -> Self {
        let tokens = phrase::meaningful(&table.sql);
        let mut tokens = tokens.skip_while(|token| !token.is_word("references"));
        for _ in 0..number {
            tokens.next();
            tokens.by_ref().find(|token| token.is_word("references"));
        }
        let own = tokens.skip(1).take_while(|token| !token.is_word("references"));
        Self { words: own.map(|token| token.text.to_ascii_lowercase()).collect() }
    }

    fn has(&self, words: &[&str]) -> bool {
        self.words.windows(words.len()).any(|window| window == words)
    }
}

/// Returns lost actions on delete and update, and lost deferral.
fn actions(old: &ForeignKey, new: &ForeignKey, clauses: &Clauses) -> Vec<Loss> {
    let mut losses = Vec::new();
    let events =
        [("DELETE", &old.on_delete, &new.on_delete), ("UPDATE", &old.on_update, &new.on_update)];
    for (event, was, is) in events {
        let is_explicit = clauses.has(&["on", &event.to_ascii_lowercase(), "no", "action"]);
        if !is_none(was) && is_none(is) && !is_explicit {
            losses.push(behind(new, format!("ON {event} {was}")));
        }
    }
    let is_explicit =
        clauses.has(&["not", "deferrable"]) || clauses.has(&["initially", "immediate"]);
    if old.is_deferred && !new.is_deferred && !is_explicit {
        losses.push(behind(new, "DEFERRABLE INITIALLY DEFERRED".to_owned()));
    }
    losses
}

fn is_none(action: &str) -> bool {
    action.eq_ignore_ascii_case("no action")
}

fn behind(key: &ForeignKey, text: String) -> Loss {
    let names = key.columns.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ");
    let mut place = format!("REFERENCES {}", key.parent.written());
    if !key.parent_columns.is_empty() {
        place.extend([" (", &columns(&key.parent_columns), ")"]);
    }
    Loss {
        what: format!("`{text}` of `{names}`"),
        names: key.columns.clone(),
        remedy: Remedy::Behind(format!("{place}` of `{names}"), text),
    }
}

/// Returns a lost ON CONFLICT after a PRIMARY KEY or UNIQUE that is still there.
pub(super) fn conflicts(old: &Table, new: &Table) -> Vec<Loss> {
    let [was, is] = [old, new].map(|table| {
        let Definition { primary_key, uniques, .. } = Definition::parse(&table.sql);
        primary_key.into_iter().chain(uniques).collect::<Vec<_>>()
    });
    let lost = was.iter().filter_map(|key| {
        let (plain, clause) = key.split_once(" ON CONFLICT ")?;
        let is_bare = is.iter().any(|other| words(other) == words(plain));
        is_bare.then(|| Loss {
            what: format!("`{key}`"),
            names: phrase::names(key).collect(),
            remedy: Remedy::Behind(plain.to_owned(), format!("ON CONFLICT {clause}")),
        })
    });
    lost.collect()
}

fn words(sql: &str) -> Vec<String> {
    super::words(sql)
}

fn foreign_key(key: &ForeignKey) -> String {
    let parent = key.parent.written();
    let mut parts = vec![format!("FOREIGN KEY ({}) REFERENCES {parent}", columns(&key.columns))];
    if !key.parent_columns.is_empty() {
        parts.push(format!("({})", columns(&key.parent_columns)));
    }
    for (event, action) in [("DELETE", &key.on_delete), ("UPDATE", &key.on_update)] {
        if !is_none(action) {
            parts.push(format!("ON {event} {action}"));
        }
    }
    if key.is_deferred {
        parts.push("DEFERRABLE INITIALLY DEFERRED".to_owned());
    }
    parts.join(" ")
}
