//! Compares the constraints and options of two tables.

use migratory_core::sql::normal;
use migratory_core::sql::parens;

use super::super::{ForeignKey, Name, Schema};
use super::{Found, Object, Part, Side};

type Texts = fn(&Side<'_>) -> Vec<String>;
type Predicate = fn(&Side<'_>) -> bool;

impl Found {
    pub(super) fn constraints(&mut self, one: &Side<'_>, other: &Side<'_>) {
        let kinds: [(Part, Texts); 4] = [
            (Part::PrimaryKey, |side| side.definition.primary_key.iter().cloned().collect()),
            (Part::Unique, |side| side.definition.uniques.clone()),
            (Part::Check, checks),
            (Part::ForeignKey, foreign_keys),
        ];
        for (part, texts) in kinds {
            self.set(&one.table.name, &part, &texts(one), &texts(other));
        }
        let words: [(Part, &str, Predicate); 3] = [
            (Part::Strict, "STRICT", |side| side.table.is_strict),
            (Part::WithoutRowid, "WITHOUT ROWID", |side| side.table.is_without_rowid),
            (Part::Autoincrement, "AUTOINCREMENT", |side| side.table.is_autoincrement),
        ];
        for (part, word, has) in words {
            let texts = |side| if has(side) { vec![word.to_owned()] } else { Vec::new() };
            self.set(&one.table.name, &part, &texts(one), &texts(other));
        }
    }

    /// Compares constraints of a kind. Neither their order counts nor how often one is repeated.
    fn set(&mut self, table: &Name, part: &Part, before: &[String], after: &[String]) {
        let (lost, left) = (without(before, after), without(after, before));
        let mut push = |before, after| self.push(Object::Table, table, part.clone(), before, after);
        if let ([one], [other]) = (lost.as_slice(), left.as_slice()) {
            return push(Some(one.clone()), Some(other.clone()));
        }
        for text in lost {
            push(Some(text), None);
        }
        for text in left {
            push(None, Some(text));
        }
    }
}

/// Returns the texts of one list that mean the same as none of the other.
fn without(one: &[String], other: &[String]) -> Vec<String> {
    let is_new = |text: &&String| !other.iter().any(|each| normal::is_same(each, text));
    one.iter().filter(is_new).cloned().collect()
}

fn checks(side: &Side<'_>) -> Vec<String> {
    let checks = side.table.checks.iter();
    checks.map(|text| format!("CHECK ({})", parens::stripped(text))).collect()
}

fn foreign_keys(side: &Side<'_>) -> Vec<String> {
    side.table.foreign_keys.iter().map(|key| foreign_key(key, side.schema)).collect()
}

fn foreign_key(key: &ForeignKey, schema: &Schema) -> String {
    let mut text = format!("FOREIGN KEY {} REFERENCES {}", names(&key.columns), key.parent);
    // A foreign key without columns refers to the primary key of the parent.
    let parent = schema.tables.get(&key.parent);
    if parent.is_none_or(|parent| parent.primary_key != key.parent_columns)
        && !key.parent_columns.is_empty()
    {
        text.extend([" ", &names(&key.parent_columns)]);
    }
    for (event, action) in [(" ON DELETE ", &key.on_delete), (" ON UPDATE ", &key.on_update)] {
        if action != "NO ACTION" {
            text.extend([event, action]);
        }
    }
    text.push_str(if key.is_deferred { " DEFERRABLE INITIALLY DEFERRED" } else { "" });
    text
}

fn names(names: &[Name]) -> String {
    format!("({})", names.iter().map(Name::as_str).collect::<Vec<_>>().join(", "))
}
