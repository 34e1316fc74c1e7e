//! Tables as values, which scripts are generated from, and their SQL.

use std::fmt::Write as _;

/// The declared type of a column.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    Integer,
    Text,
    Real,
    Blob,
    Numeric,
    Boolean,
    Datetime,
    Decimal,
    Untyped,
}

impl Kind {
    pub(crate) const LOOSE: [Self; 9] = [
        Self::Integer,
        Self::Text,
        Self::Real,
        Self::Blob,
        Self::Numeric,
        Self::Boolean,
        Self::Datetime,
        Self::Decimal,
        Self::Untyped,
    ];
    pub(crate) const STRICT: [Self; 4] = [Self::Integer, Self::Text, Self::Real, Self::Blob];

    pub(crate) fn word(self) -> &'static str {
        match self {
            Self::Integer => "INTEGER",
            Self::Text => "TEXT",
            Self::Real => "REAL",
            Self::Blob => "BLOB",
            Self::Numeric => "NUMERIC",
            Self::Boolean => "BOOLEAN",
            Self::Datetime => "DATETIME",
            Self::Decimal => "DECIMAL(10,2)",
            Self::Untyped => "",
        }
    }

    pub(crate) fn names(self) -> [&'static str; 4] {
        match self {
            Self::Integer => ["amount", "qty", "pos", "year"],
            Self::Text => ["title", "body", "zip", "email"],
            Self::Real => ["price", "weight", "ratio", "height"],
            Self::Blob => ["data", "hash", "icon", "thumb"],
            Self::Numeric => ["total", "rate", "level", "score"],
            Self::Boolean => ["done", "hidden", "active", "read"],
            Self::Datetime => ["created", "due", "sent", "seen"],
            Self::Decimal => ["cost", "fee", "tax", "net"],
            Self::Untyped => ["extra", "misc", "any", "raw"],
        }
    }

    /// Returns a default that hardly occurs otherwise.
    pub(crate) fn default(self) -> &'static str {
        match self {
            Self::Integer => "41",
            Self::Text | Self::Untyped => "'new'",
            Self::Real => "0.25",
            Self::Blob => "x'ff'",
            Self::Numeric | Self::Decimal => "12",
            Self::Boolean => "false",
            Self::Datetime => "CURRENT_TIMESTAMP",
        }
    }
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Reference {
    pub(crate) table: String,
    pub(crate) column: String,
    pub(crate) on_delete: &'static str,
}

#[derive(Clone, Debug, PartialEq, Eq)]
#[allow(clippy::struct_excessive_bools, reason = "each is a constraint of its own")]
pub(crate) struct Column {
    pub(crate) name: String,
    pub(crate) kind: Kind,
    pub(crate) not_null: bool,
    pub(crate) unique: bool,
    pub(crate) nocase: bool,
    pub(crate) default: Option<String>,
    pub(crate) check: Option<String>,
    pub(crate) generated: Option<String>,
    pub(crate) reference: Option<Reference>,
}

impl Column {
    pub(crate) fn new(name: &str, kind: Kind) -> Self {
        Self {
            name: name.to_owned(),
            kind,
            not_null: false,
            unique: false,
            nocase: false,
            default: None,
            check: None,
            generated: None,
            reference: None,
        }
    }

    /// Returns whether it has no constraints: any value is valid, and it may be omitted.
    pub(crate) fn is_free(&self) -> bool {
        self.is_plain() && !self.unique && !self.not_null && self.check.is_none()
    }

    /// Returns whether rows have their own values in it, which refer to nothing.
    pub(crate) fn is_plain(&self) -> bool {
        self.generated.is_none() && self.reference.is_none()
    }

    pub(crate) fn sql(&self) -> String {
        let mut sql = format!("{} {}", self.name, self.kind.word()).trim_end().to_owned();
        let flags =
            [(self.not_null, "NOT NULL"), (self.unique, "UNIQUE"), (self.nocase, "COLLATE NOCASE")];
        for (_, words) in flags.iter().filter(|(is_said, _)| *is_said) {
            write!(sql, " {words}").unwrap();
        }
        if let Some(default) = &self.default {
            write!(sql, " DEFAULT {default}").unwrap();
        }
        if let Some(check) = &self.check {
            write!(sql, " CHECK ({check})").unwrap();
        }
        if let Some(generated) = &self.generated {
            write!(sql, " GENERATED ALWAYS AS ({generated})").unwrap();
        }
        if let Some(Reference { table, column, on_delete }) = &self.reference {
            write!(sql, " REFERENCES {table} ({column})").unwrap();
            if *on_delete != "NO ACTION" {
                write!(sql, " ON DELETE {on_delete}").unwrap();
            }
        }
        sql
    }
}

/// What identifies the rows of a table.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Key {
    /// `id INTEGER PRIMARY KEY`.
    Rowid,
    /// The same with AUTOINCREMENT.
    Counted,
    /// `code TEXT NOT NULL PRIMARY KEY`.
    Text,
    /// `PRIMARY KEY (major, minor)`.
    Pair,
    /// No key.
    None,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Index {
    pub(crate) name: String,
    pub(crate) is_unique: bool,
    /// The text between the parentheses.
    pub(crate) on: String,
    pub(crate) condition: Option<String>,
    /// The column that it covers.
    pub(crate) column: String,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Table {
    pub(crate) name: String,
    pub(crate) key: Key,
    /// A column that is declared the primary key after the others.
    pub(crate) primary: Option<String>,
    /// The columns after those of the key.
    pub(crate) columns: Vec<Column>,
    pub(crate) is_strict: bool,
    pub(crate) is_without_rowid: bool,
    pub(crate) indexes: Vec<Index>,
    /// The triggers, as SQL.
    pub(crate) triggers: Vec<String>,
}

impl Table {
    pub(crate) fn column(&self, name: &str) -> Option<&Column> {
        self.columns.iter().find(|it| it.name == name)
    }

    /// Returns whether its rowid has the name `id`, so that other tables can refer to it.
    pub(crate) fn has_id(&self) -> bool {
        matches!(self.key, Key::Rowid | Key::Counted)
    }

    /// Returns the columns of its key.
    pub(crate) fn key_columns(&self) -> &'static [&'static str] {
        match self.key {
            Key::Rowid | Key::Counted => &["id"],
            Key::Text => &["code"],
            Key::Pair => &["major", "minor"],
            Key::None => &[],
        }
    }

    /// Returns all columns that are stored.
    pub(crate) fn stored(&self) -> Vec<String> {
        let key = self.key_columns().iter().map(|name| (*name).to_owned());
        let own = self.columns.iter().filter(|it| it.generated.is_none());
        key.chain(own.map(|it| it.name.clone())).collect()
    }

    /// Returns `CREATE TABLE` with this name.
    pub(crate) fn create(&self, name: &str) -> String {
        let mut parts: Vec<String> = match self.key {
            Key::Rowid => vec!["id INTEGER PRIMARY KEY".to_owned()],
            Key::Counted => vec!["id INTEGER PRIMARY KEY AUTOINCREMENT".to_owned()],
            Key::Text => vec!["code TEXT NOT NULL PRIMARY KEY".to_owned()],
            Key::Pair => ["major", "minor"].map(|it| format!("{it} INTEGER NOT NULL")).to_vec(),
            Key::None => Vec::new(),
        };
        parts.extend(self.columns.iter().map(Column::sql));
        if self.key == Key::Pair {
            parts.push("PRIMARY KEY (major, minor)".to_owned());
        }
        parts.extend(self.primary.iter().map(|it| format!("PRIMARY KEY ({it})")));
        let mut options = Vec::new();
        options.extend(self.is_strict.then_some("STRICT"));
        options.extend(self.is_without_rowid.then_some("WITHOUT ROWID"));
        let parts = parts.join(",\n    ");
        format!("CREATE TABLE {name} (\n    {parts}\n) {}", options.join(", "))
            .trim_end()
            .to_owned()
            + ";\n"
    }

    /// Returns its indexes and triggers, as SQL.
    pub(crate) fn attached(&self) -> String {
        let mut sql = String::new();
        for Index { name, is_unique, on, condition, .. } in &self.indexes {
            let unique = if *is_unique { "UNIQUE " } else { "" };
            let condition = condition.as_ref().map(|it| format!(" WHERE {it}")).unwrap_or_default();
            writeln!(sql, "CREATE {unique}INDEX {name} ON {} ({on}){condition};", self.name)
                .unwrap();
        }
        for trigger in &self.triggers {
            writeln!(sql, "{trigger}").unwrap();
        }
        sql
    }
}
