//! Compares the columns of two tables.

use migratory_core::sql::lexer;
use migratory_core::sql::normal;
use migratory_core::sql::parens;

use super::super::{Column, Name, Table, excerpt};
use super::{Found, Object, Part, Side};

/// The declarations of a column, in parts.
struct Declared {
    kind: Option<String>,
    not_null: Option<String>,
    default: Option<String>,
    collation: Option<String>,
    generated: Option<String>,
}

impl Found {
    pub(super) fn columns(&mut self, one: &Side<'_>, other: &Side<'_>) {
        for column in &one.table.columns {
            let before = Declared::new(column, one);
            match other.table.column(&column.name) {
                Some(now) => {
                    self.column(one.table, &column.name, before, Declared::new(now, other));
                }
                None => self.lone_column(one.table, &column.name, Some(&before), None),
            }
        }
        for column in &other.table.columns {
            if one.table.column(&column.name).is_none() {
                let after = Declared::new(column, other);
                self.lone_column(other.table, &column.name, None, Some(&after));
            }
        }
        self.order(one.table, other.table);
    }

    fn lone_column(
        &mut self,
        table: &Table,
        name: &Name,
        before: Option<&Declared>,
        after: Option<&Declared>,
    ) {
        let [before, after] = [before, after].map(|said| said.map(Declared::line));
        self.push(Object::Table, &table.name, Part::Column(name.clone()), before, after);
    }

    fn column(&mut self, table: &Table, name: &Name, one: Declared, other: Declared) {
        let parts = [
            (Part::Type as fn(Name) -> Part, one.kind, other.kind),
            (Part::NotNull, one.not_null, other.not_null),
            (Part::Default, one.default, other.default),
            (Part::Collation, one.collation, other.collation),
            (Part::Generated, one.generated, other.generated),
        ];
        for (part, before, after) in parts {
            let same = match (&before, &after) {
                (Some(before), Some(after)) => {
                    normal::is_same(before, after) || is_same_truth(before, after)
                }
                (before, after) => before == after,
            };
            if !same {
                self.push(Object::Table, &table.name, part(name.clone()), before, after);
            }
        }
    }

    /// Compares the order of the columns that both tables have.
    fn order(&mut self, one: &Table, other: &Table) {
        let [before, after] = [(one, other), (other, one)].map(|(table, other)| {
            let names = table.columns.iter().map(|column| &column.name);
            names.filter(|name| other.column(name).is_some()).collect::<Vec<_>>()
        });
        if before != after {
            let [before, after] = [before, after].map(|names| {
                let names: Vec<_> = names.into_iter().map(Name::as_str).collect();
                Some(excerpt::line(&format!("({})", names.join(", "))))
            });
            self.push(Object::Table, &one.name, Part::Order, before, after);
        }
    }
}

impl Declared {
    fn new(column: &Column, side: &Side<'_>) -> Self {
        let text = side.definition.column(&column.name);
        let on_null = text.map_or("", |text| text.on_null.as_str());
        let not_null = column.is_not_null && !is_implied(column, side.table);
        let default = column.default.as_deref().map(parens::stripped);
        let default = default.filter(|text| !text.eq_ignore_ascii_case("null"));
        let collation = Some(&column.collation).filter(|name| **name != *"BINARY");
        let stored = if column.is_stored { "STORED" } else { "VIRTUAL" };
        let generated = column.generated.as_deref().map(parens::stripped);
        Self {
            kind: Some(column.declared.clone()).filter(|text| !text.is_empty()),
            not_null: not_null.then(|| format!("NOT NULL{on_null}")),
            default: default.map(|text| format!("DEFAULT {}", braced(text))),
            collation: collation.map(|name| format!("COLLATE {name}")),
            generated: generated.map(|text| format!("AS ({text}) {stored}")),
        }
    }

    fn line(&self) -> String {
        let Self { kind, not_null, default, collation, generated } = self;
        let parts = [kind, not_null, default, collation, generated];
        let said: Vec<_> = parts.into_iter().flatten().map(String::as_str).collect();
        excerpt::line(&said.join(" "))
    }
}

/// Whether one default is `true` and the other `1`, or `false` and `0`: the values are the same.
fn is_same_truth(one: &str, other: &str) -> bool {
    let number = |text: &str| {
        let value = text.strip_prefix("DEFAULT ")?;
        ["false", "true"]
            .iter()
            .position(|word| word.eq_ignore_ascii_case(value))
            .map_or_else(|| value.parse().ok(), |number| u8::try_from(number).ok())
    };
    number(one).is_some_and(|value: u8| number(other) == Some(value))
}

/// Whether the key implies that a column is never NULL; then the finding about the key covers it.
fn is_implied(column: &Column, table: &Table) -> bool {
    let is_alias = table.rowid_alias().is_some_and(|alias| alias.name == column.name);
    let is_key = table.primary_key.contains(&column.name);
    is_alias || is_key && (table.is_strict || table.is_without_rowid)
}

/// Writes a default as SQL requires it: anything but a literal is in parentheses.
pub(crate) fn braced(text: &str) -> String {
    let mut tokens = lexer::meaningful(text).filter(|token| !matches!(token.text, "+" | "-"));
    match (tokens.next(), tokens.next()) {
        (Some(_), None) => text.to_owned(),
        _ => format!("({text})"),
    }
}
