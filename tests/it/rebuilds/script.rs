//! Rebuilds of a table, written in several ways.

use std::fmt::Write as _;

use migratory_faulty::Random;

use super::schema::Schema;
use super::table::{Column, Key, Table};

/// A way to replace a table by another.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Way {
    /// SQLite's recommended order: a new table, a copy, DROP, RENAME.
    Recipe,
    /// The old table is renamed, and the new one is created under its name.
    Aside,
    /// A temporary table holds the rows meanwhile.
    Saved,
}

/// The statement that copies the rows.
#[derive(Clone, Debug)]
pub(crate) struct Copy {
    pub(crate) verb: &'static str,
    /// The target of the copy, if it isn't the new table.
    pub(crate) target: Option<String>,
    /// The target columns, unless none are named.
    pub(crate) into: Option<Vec<String>>,
    pub(crate) distinct: &'static str,
    pub(crate) take: Vec<String>,
    /// The source of the copy, if it isn't the old table.
    pub(crate) source: Option<String>,
    /// What follows the name of the source.
    pub(crate) tail: String,
    /// Statements before the copy, and after it.
    pub(crate) before: String,
    pub(crate) after: String,
}

impl Copy {
    /// Creates a copy of the columns that both tables have.
    pub(crate) fn of(from: &Table, to: &Table) -> Self {
        let there = from.stored();
        let columns: Vec<_> = to.stored().into_iter().filter(|it| there.contains(it)).collect();
        Self {
            verb: "INSERT INTO",
            target: None,
            take: columns.clone(),
            into: Some(columns),
            distinct: "",
            source: None,
            tail: String::new(),
            before: String::new(),
            after: String::new(),
        }
    }

    /// Copies another value into a column.
    pub(crate) fn take(&mut self, column: &str, value: &str) {
        let at = self.position(column);
        value.clone_into(&mut self.take[at]);
    }

    /// Omits a column on both sides.
    pub(crate) fn leave(&mut self, column: &str) {
        let at = self.position(column);
        self.take.remove(at);
        self.into.iter_mut().for_each(|into| drop(into.remove(at)));
    }

    pub(crate) fn position(&self, column: &str) -> usize {
        self.take.iter().position(|it| it == column).unwrap()
    }

    fn sql(&self, from: &str, to: &str) -> String {
        let Self { verb, distinct, tail, before, after, .. } = self;
        let into = self.into.as_ref().map(|it| format!(" ({})", it.join(", "))).unwrap_or_default();
        let (target, source) =
            (self.target.as_deref().unwrap_or(to), self.source.as_deref().unwrap_or(from));
        let take = self.take.join(", ");
        format!(
            "{before}{verb} {target}{into} SELECT {distinct}{take} FROM {source}{tail};\n{after}"
        )
    }
}

/// A table that the up rebuilds, and the down rebuilds again.
#[derive(Clone, Debug)]
pub(crate) struct Rebuild {
    pub(crate) schema: Schema,
    /// The index of the table.
    pub(crate) at: usize,
    pub(crate) after: Table,
    pub(crate) way: Way,
    pub(crate) up: Copy,
    pub(crate) down: Copy,
    /// Directives and statements at the head of each script.
    pub(crate) heads: [String; 2],
    pub(crate) keys_off: bool,
}

impl Rebuild {
    /// Creates a rebuild that changes the table with `edit`.
    pub(crate) fn new(
        random: &mut Random,
        schema: &Schema,
        at: usize,
        edit: impl FnOnce(&mut Table),
    ) -> Self {
        let before = &schema.tables[at];
        let mut after = before.clone();
        edit(&mut after);
        let name = &before.name;
        let is_bound = schema.is_referred(name);
        let is_watched = schema.views.iter().any(|view| view.table == *name);
        let may_be_aside = !is_bound && !is_watched && before.triggers.is_empty();
        let way = match random.below(4) {
            _ if before.key == Key::Counted => Way::Recipe,
            0 if may_be_aside => Way::Aside,
            1 if before.triggers.is_empty() => Way::Saved,
            _ => Way::Recipe,
        };
        Self {
            at,
            way,
            up: Copy::of(before, &after),
            down: Copy::of(&after, before),
            after,
            heads: [String::new(), String::new()],
            keys_off: is_bound || random.once_in(2),
            schema: schema.clone(),
        }
    }

    pub(crate) fn before(&self) -> &Table {
        &self.schema.tables[self.at]
    }

    /// Returns the name of the new table during the copy.
    pub(crate) fn target(&self) -> String {
        match self.way {
            Way::Recipe => format!("{}_new", self.after.name),
            Way::Aside | Way::Saved => self.after.name.clone(),
        }
    }

    /// Returns the name of the table from which the rows are copied.
    pub(crate) fn source(&self) -> String {
        match self.way {
            Way::Recipe => self.after.name.clone(),
            Way::Aside => format!("{}_old", self.after.name),
            Way::Saved => "saved".to_owned(),
        }
    }

    pub(crate) fn up(&self) -> String {
        self.script(self.before(), &self.after, &self.up, &self.heads[0])
    }

    pub(crate) fn down(&self) -> String {
        self.script(&self.after, self.before(), &self.down, &self.heads[1])
    }

    fn script(&self, from: &Table, to: &Table, copy: &Copy, head: &str) -> String {
        let name = &from.name;
        let (directives, statements) = directives(head);
        let mut sql = directives;
        if self.keys_off {
            sql.push_str("PRAGMA foreign_keys = OFF;\n");
        }
        sql.push_str(&statements);
        let views: Vec<_> = self.schema.views.iter().filter(|view| view.table == *name).collect();
        for view in &views {
            writeln!(sql, "DROP VIEW {};", view.name).unwrap();
        }
        let (source, target) = (self.source(), self.target());
        let copied = copy.sql(&source, &target);
        match self.way {
            Way::Recipe => {
                sql.push_str(&to.create(&target));
                if from.key == Key::Counted && to.key == Key::Counted {
                    writeln!(
                        sql,
                        "INSERT INTO sqlite_sequence (name, seq) SELECT '{target}', seq FROM sqlite_sequence WHERE name = '{name}';"
                    )
                    .unwrap();
                }
                write!(sql, "{copied}DROP TABLE {name};\nALTER TABLE {target} RENAME TO {name};\n")
                    .unwrap();
            }
            Way::Aside => {
                writeln!(sql, "ALTER TABLE {name} RENAME TO {source};").unwrap();
                writeln!(sql, "{}{copied}DROP TABLE {source};", to.create(name)).unwrap();
            }
            Way::Saved => {
                writeln!(sql, "CREATE TEMP TABLE saved AS SELECT * FROM {name};").unwrap();
                write!(sql, "DROP TABLE {name};\n{}{copied}DROP TABLE saved;\n", to.create(name))
                    .unwrap();
            }
        }
        sql.push_str(&to.attached());
        sql.extend(views.iter().map(|view| view.create()));
        if self.keys_off {
            sql.push_str("PRAGMA foreign_keys = ON;\n");
        }
        sql
    }
}

/// Splits a header into its comments and the rest.
fn directives(head: &str) -> (String, String) {
    let (directives, statements): (Vec<_>, Vec<_>) =
        head.lines().partition(|line| line.starts_with("--"));
    let text = |lines: Vec<&str>| lines.iter().flat_map(|line| [line, "\n"]).collect();
    (text(directives), text(statements))
}

/// Makes some changes that no row can violate: new columns, another order, another name of the same affinity.
pub(crate) fn harmless(random: &mut Random, table: &mut Table) {
    use super::table::Kind;
    if random.once_in(2) {
        let kind = if table.is_strict { Kind::Text } else { Kind::Untyped };
        let mut column = table.free_column(random, kind);
        if random.once_in(2) {
            (column.not_null, column.default) = (true, Some(kind.default().to_owned()));
        }
        let at = random.below(table.columns.len() + 1);
        table.columns.insert(at, column);
    }
    if random.once_in(2) {
        random.shuffle(&mut table.columns);
    }
    let alike = |kind: Kind| match kind {
        Kind::Numeric => Kind::Decimal,
        Kind::Decimal | Kind::Datetime => Kind::Numeric,
        kind => kind,
    };
    if !table.is_strict && random.once_in(2) {
        let plain = |column: &&mut Column| column.default.is_none();
        table.columns.iter_mut().filter(plain).for_each(|column| column.kind = alike(column.kind));
    }
}
