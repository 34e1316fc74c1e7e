//! Reads what the name of a migration asks for.

use migratory_rehearsal::schema::{Name, Schema, Table, TableKind};

use crate::scaffold::snake;
use migratory_analysis::spelling::nearest;

/// A change that can be written from the schema.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Verb {
    CreateTable(String),
    AddColumn {
        table: Name,
        column: String,
    },
    DropColumn {
        table: Name,
        column: Name,
    },
    /// A table, a view, an index or a trigger.
    Drop(Name),
    RenameColumn {
        table: Name,
        from: Name,
        to: String,
    },
    RenameTable {
        from: Name,
        to: String,
    },
    Nullable {
        table: Name,
        column: Name,
    },
    Required {
        table: Name,
        column: Name,
    },
    Index {
        table: Name,
        columns: Vec<Name>,
    },
}

/// The outcome of reading a name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Reading {
    Verb(Verb),
    /// It starts like a verb, but the schema has no such object.
    Missing(Missing),
    Unknown,
}

/// Something that a name mentions and the schema lacks.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Missing {
    pub(crate) what: String,
    /// The name that was probably meant.
    pub(crate) meant: Option<String>,
}

/// Whether reading the name needs the schema.
pub(crate) fn wants_schema(name: &str) -> bool {
    !matches!(read(name, &Schema::default()), Reading::Verb(_) | Reading::Unknown)
}

/// Reads a normalized name.
pub(crate) fn read(name: &str, schema: &Schema) -> Reading {
    let reader = Reader { schema };
    let found = match name.split_once('_') {
        Some(("create", rest)) => create(rest),
        Some(("add", rest)) => match rest.strip_prefix("index_to_") {
            Some(rest) => reader.index(rest, "add_index_to_"),
            None => reader.add(rest),
        },
        Some(("index", rest)) => reader.index(rest, "index_"),
        Some(("unindex", rest)) => Some(reader.unindex(rest)),
        Some((verb @ ("drop" | "remove"), rest)) => reader.drop(verb, rest),
        Some(("rename", rest)) => reader.rename(rest),
        Some(("make", rest)) => reader.make(rest),
        _ => None,
    };
    match found {
        Some(Ok(verb)) => Reading::Verb(verb),
        Some(Err(missing)) => Reading::Missing(missing),
        None => Reading::Unknown,
    }
}

/// `None` if the name has no such verb.
type Found = Option<Result<Verb, Missing>>;

fn create(rest: &str) -> Found {
    let kind = rest.split('_').next().unwrap_or_default();
    let is_other = ["index", "view", "trigger"].contains(&kind) || rest.is_empty();
    (!is_other).then(|| Ok(Verb::CreateTable(rest.to_owned())))
}

struct Reader<'a> {
    schema: &'a Schema,
}

impl<'a> Reader<'a> {
    fn add(&self, rest: &str) -> Found {
        let splits: Vec<_> = splits(rest, "_to_").collect();
        let found = splits.iter().find_map(|(column, table)| {
            let table = self.table(table)?.name.clone();
            Some(Ok(Verb::AddColumn { table, column: (*column).to_owned() }))
        });
        let spelt = |column: &str, table: &str| format!("add_{column}_to_{table}");
        found.or_else(|| self.missing_table(&splits, spelt).map(Err))
    }

    fn index(&self, rest: &str, verb: &str) -> Found {
        let splits: Vec<_> = splits(rest, "_on_").collect();
        let found = splits.iter().find_map(|(table, columns)| {
            let table = self.table(table)?;
            let columns = columns_of(table, columns)?;
            Some(Ok(Verb::Index { table: table.name.clone(), columns }))
        });
        let swapped: Vec<_> = splits.iter().map(|(table, column)| (*column, *table)).collect();
        let spelt = |column: &str, table: &str| format!("{verb}{table}_on_{column}");
        found.or_else(|| self.missing_column(&swapped, spelt).map(Err))
    }

    fn unindex(&self, rest: &str) -> Result<Verb, Missing> {
        let splits: Vec<_> = splits(rest, "_on_").collect();
        let found = splits.iter().find_map(|(table, columns)| {
            let table = self.table(table)?;
            let wanted: Vec<_> = columns_of(table, columns)?.into_iter().map(Some).collect();
            let mut indexes = self.schema.indexes.values();
            let index = indexes.find(|it| it.table == table.name && it.columns == wanted)?;
            Some(Verb::Drop(index.name.clone()))
        });
        let by_name = || self.schema.indexes.keys().find(|name| snake(name.as_str()) == rest);
        let found = found.or_else(|| by_name().map(|name| Verb::Drop(name.clone())));
        found.ok_or_else(|| Missing { what: format!("there is no index `{rest}`"), meant: None })
    }

    fn drop(&self, verb: &str, rest: &str) -> Found {
        let splits: Vec<_> = splits(rest, "_from_").collect();
        if let Some((table, column)) = self.column_in(&splits) {
            return Some(Ok(Verb::DropColumn { table, column }));
        }
        if verb == "drop" {
            if let Some(name) = self.object(rest) {
                return Some(Ok(Verb::Drop(name)));
            }
        }
        let spelt = |column: &str, table: &str| format!("{verb}_{column}_from_{table}");
        let missing = self.missing_column(&splits, spelt);
        missing.or_else(|| (verb == "drop").then(|| self.missing_object(rest))).map(Err)
    }

    fn rename(&self, rest: &str) -> Found {
        let splits_to: Vec<_> = splits(rest, "_to_").collect();
        let mut of_columns = Vec::new();
        for (from, rest) in &splits_to {
            for (to, table) in splits(rest, "_in_") {
                if let Some((table, from)) = self.column_in(&[(*from, table)]) {
                    return Some(Ok(Verb::RenameColumn { table, from, to: to.to_owned() }));
                }
                of_columns.push((*from, to, table));
            }
        }
        let of_table = splits_to.iter().find_map(|(from, to)| {
            let from = self.table(from)?.name.clone();
            Some(Ok(Verb::RenameTable { from, to: (*to).to_owned() }))
        });
        if of_table.is_some() {
            return of_table;
        }
        if let Some((from, to, table)) = of_columns.last() {
            let spelt = |from: &str, table: &str| format!("rename_{from}_to_{to}_in_{table}");
            return self.missing_column(&[(*from, *table)], spelt).map(Err);
        }
        let swapped: Vec<_> = splits_to.iter().map(|(from, to)| (*to, *from)).collect();
        let spelt = |to: &str, table: &str| format!("rename_{table}_to_{to}");
        self.missing_table(&swapped, spelt).map(Err)
    }

    fn make(&self, rest: &str) -> Found {
        let of_column = |word: &str, (table, column): (Name, Name)| match word {
            "nullable" => Verb::Nullable { table, column },
            _ => Verb::Required { table, column },
        };
        for word in ["nullable", "required"] {
            let splits: Vec<_> = splits(rest, &format!("_{word}_in_")).collect();
            if let Some(found) = self.column_in(&splits) {
                return Some(Ok(of_column(word, found)));
            }
            let spelt = |column: &str, table: &str| format!("make_{column}_{word}_in_{table}");
            if let Some(missing) = self.missing_column(&splits, spelt) {
                return Some(Err(missing));
            }
            if let Some(column) = rest.strip_suffix(&format!("_{word}")) {
                let found = self.only_column(column, word);
                return Some(found.map(|found| of_column(word, found)));
            }
        }
        None
    }

    /// Returns the column of this name, if exactly one table has it.
    fn only_column(&self, column: &str, word: &str) -> Result<(Name, Name), Missing> {
        let tables = self.schema.tables.values().filter(|it| it.kind == TableKind::Ordinary);
        let mut found =
            tables.filter_map(|table| Some((table.name.clone(), self::column(table, column)?)));
        match (found.next(), found.next()) {
            (Some(only), None) => Ok(only),
            (Some((table, _)), Some(_)) => Err(Missing {
                what: format!("several tables have a column `{column}`"),
                meant: Some(format!("make_{column}_{word}_in_{}", snake(table.as_str()))),
            }),
            _ => Err(Missing { what: format!("no table has a column `{column}`"), meant: None }),
        }
    }

    fn table(&self, word: &str) -> Option<&'a Table> {
        let exact = self.schema.tables.get(&Name::from(word));
        let mut tables = self.schema.tables.values();
        let found = exact.or_else(|| tables.find(|table| snake(table.name.as_str()) == word));
        found.filter(|table| table.kind == TableKind::Ordinary)
    }

    /// Returns the first split whose column and table both exist.
    fn column_in(&self, splits: &[(&str, &str)]) -> Option<(Name, Name)> {
        splits.iter().find_map(|(word, table)| {
            let table = self.table(table)?;
            Some((table.name.clone(), column(table, word)?))
        })
    }

    fn object(&self, word: &str) -> Option<Name> {
        let tables = self.schema.tables.values().filter(|it| it.kind != TableKind::Shadow);
        let names = tables.map(|table| &table.name);
        let names = names.chain(self.schema.views.keys()).chain(self.schema.indexes.keys());
        let mut names = names.chain(self.schema.triggers.keys());
        names.find(|name| **name == *word || snake(name.as_str()) == word).cloned()
    }

    fn missing_object(&self, word: &str) -> Missing {
        let names = self.names();
        let near = nearest(word, names.iter().map(String::as_str));
        Missing {
            what: format!("there is no table, view, index or trigger `{word}`"),
            meant: near.map(|near| format!("drop_{near}")),
        }
    }

    fn missing_table(
        &self,
        splits: &[(&str, &str)],
        spelt: impl Fn(&str, &str) -> String,
    ) -> Option<Missing> {
        let (_, last) = splits.last()?;
        let names = self.names();
        let meant = splits.iter().find_map(|(word, table)| {
            Some(spelt(word, nearest(table, names.iter().map(String::as_str))?))
        });
        Some(Missing { what: format!("there is no table `{last}`"), meant })
    }

    fn missing_column(
        &self,
        splits: &[(&str, &str)],
        spelt: impl Fn(&str, &str) -> String,
    ) -> Option<Missing> {
        let in_table = splits.iter().find_map(|(word, table)| Some((*word, self.table(table)?)));
        let Some((word, table)) = in_table else { return self.missing_table(splits, spelt) };
        let columns: Vec<_> = table.columns.iter().map(|it| snake(it.name.as_str())).collect();
        let near = nearest(word, columns.iter().map(String::as_str));
        Some(Missing {
            what: format!("`{}` has no column `{word}`", table.name),
            meant: near.map(|near| spelt(near, &snake(table.name.as_str()))),
        })
    }

    /// Returns the tables' names, in the form of migration names.
    fn names(&self) -> Vec<String> {
        let tables = self.schema.tables.values().filter(|it| it.kind != TableKind::Shadow);
        tables.map(|table| snake(table.name.as_str())).collect()
    }
}

fn column(table: &Table, word: &str) -> Option<Name> {
    let mut columns = table.columns.iter().map(|column| &column.name);
    columns.find(|name| **name == *word || snake(name.as_str()) == word).cloned()
}

/// `title` or `title_and_year`.
fn columns_of(table: &Table, words: &str) -> Option<Vec<Name>> {
    if let Some(only) = column(table, words) {
        return Some(vec![only]);
    }
    words.split("_and_").map(|word| column(table, word)).collect()
}

/// Returns the ways to split a text at a word.
fn splits<'t>(text: &'t str, at: &str) -> impl Iterator<Item = (&'t str, &'t str)> {
    // `reply_to_to_message` can be split in two places that overlap.
    let is_place = |place: &usize| text.get(*place..).is_some_and(|rest| rest.starts_with(at));
    let places: Vec<_> = (0..text.len()).filter(is_place).collect();
    let length = at.len();
    let parts = places.into_iter().map(move |place| (&text[..place], &text[place + length..]));
    parts.filter(|(before, after)| !before.is_empty() && !after.is_empty())
}
