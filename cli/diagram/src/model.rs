//! The schema to draw, as plain data.

/// A schema to draw.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Diagram {
    /// The tables, in the order in which they are drawn where the layout leaves a choice.
    pub tables: Vec<Table>,
    /// The foreign keys.
    pub relations: Vec<Relation>,
    /// The names of the views; they are listed below the picture.
    pub views: Vec<String>,
    /// The names of tables that an earlier version had; they are listed below the picture.
    pub removed: Vec<String>,
    /// Whether the marks compare with an earlier version. Colors then show what changed, not which table a line
    /// comes from, and the legend explains them.
    pub is_compared: bool,
}

/// A table: a box of the diagram.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Table {
    /// The name. Relations find it by this name; ASCII letters match in either case, as in SQL.
    pub name: String,
    /// What kind of table it is.
    pub kind: TableKind,
    /// What changed.
    pub mark: Mark,
    /// The columns, from top to bottom.
    pub columns: Vec<Column>,
    /// Lines below the columns, such as constraints over several columns.
    pub notes: Vec<String>,
}

/// The kind of a table.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum TableKind {
    /// An ordinary table.
    #[default]
    Ordinary,
    /// A virtual table of the named module.
    Virtual(String),
    /// A table that a foreign key references and that doesn't exist. Relations add such tables automatically.
    Missing,
}

/// A column of a table.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Column {
    /// The name.
    pub name: String,
    /// The declared type; empty if it has none.
    pub declared: String,
    /// The keys that the column is part of, in the order in which they are shown.
    pub keys: Vec<Key>,
    /// Whether it is declared NOT NULL.
    pub is_not_null: bool,
    /// Whether its value is generated.
    pub is_generated: bool,
    /// The default value, as SQL.
    pub default: Option<String>,
    /// What changed.
    pub mark: Mark,
}

/// A key that a column is part of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Key {
    /// The primary key.
    Primary,
    /// A foreign key.
    Foreign,
    /// A unique constraint or index on this column alone.
    Unique,
}

impl Key {
    /// Returns the text of its badge.
    pub(crate) fn label(self) -> &'static str {
        match self {
            Self::Primary => "PK",
            Self::Foreign => "FK",
            Self::Unique => "UQ",
        }
    }

    pub(crate) fn word(self) -> &'static str {
        match self {
            Self::Primary => "primary key",
            Self::Foreign => "foreign key",
            Self::Unique => "unique",
        }
    }
}

/// A foreign key: a line of the diagram.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Relation {
    /// The table that has the foreign key.
    pub child: String,
    /// Its columns.
    pub child_columns: Vec<String>,
    /// The table that it references.
    pub parent: String,
    /// The referenced columns.
    pub parent_columns: Vec<String>,
    /// Whether a child may have no parent.
    pub is_optional: bool,
    /// Whether a parent has at most one child.
    pub is_single: bool,
    /// The action of ON DELETE; empty if there is none.
    pub on_delete: String,
    /// What changed.
    pub mark: Mark,
}

/// What changed since an earlier version.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Mark {
    /// Nothing.
    #[default]
    Same,
    /// It is new.
    New,
    /// It was different.
    Changed,
    /// It no longer exists.
    Removed,
}

impl Mark {
    /// Returns the sign that shows the change where there is no room for a word, and without color: `+`, `~`, `−`.
    pub fn sign(self) -> &'static str {
        match self {
            Self::Same => "",
            Self::New => "+",
            Self::Changed => "~",
            Self::Removed => "\u{2212}",
        }
    }

    /// Returns the change as a word; empty if nothing changed.
    pub(crate) fn word(self) -> &'static str {
        match self {
            Self::Same => "",
            Self::New => "new",
            Self::Changed => "changed",
            Self::Removed => "removed",
        }
    }

    /// Returns the CSS class that gives it its color.
    pub(crate) fn class(self) -> &'static str {
        match self {
            Self::Same => "",
            Self::New => " new",
            Self::Changed => " changed",
            Self::Removed => " removed",
        }
    }
}

impl Diagram {
    /// Counts the drawn objects, in words: `2 tables · 1 foreign key`.
    pub fn summary(&self) -> String {
        let of = |wanted: fn(&TableKind) -> bool| {
            self.tables.iter().filter(|table| wanted(&table.kind)).count()
        };
        let counts = [
            (of(|kind| *kind == TableKind::Ordinary), "table", "tables"),
            (of(|kind| matches!(kind, TableKind::Virtual(_))), "virtual table", "virtual tables"),
            (self.relations.len(), "foreign key", "foreign keys"),
            (self.views.len(), "view", "views"),
        ];
        let parts: Vec<_> = counts
            .into_iter()
            .filter(|(count, ..)| *count > 0)
            .map(|(count, one, many)| format!("{count} {}", if count == 1 { one } else { many }))
            .collect();
        if parts.is_empty() { "no tables yet".to_owned() } else { parts.join(" · ") }
    }
}

impl Column {
    /// Returns the full description of the column, for its tooltip.
    pub(crate) fn description(&self) -> String {
        let mut text = self.name.clone();
        let words = [self.declared.as_str(), if self.is_not_null { "NOT NULL" } else { "" }];
        for word in words.into_iter().filter(|word| !word.is_empty()) {
            text.extend([" ", word]);
        }
        if let Some(default) = &self.default {
            text.extend([" DEFAULT ", default]);
        }
        let keys = self.keys.iter().map(|key| key.word());
        let generated = self.is_generated.then_some("generated");
        let mark = Some(self.mark.word()).filter(|word| !word.is_empty());
        for word in keys.chain(generated).chain(mark) {
            text.extend([", ", word]);
        }
        text
    }
}
