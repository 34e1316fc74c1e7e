//! Random schemas: tables, views and a full-text index.

use migratory_faulty::Random;

use super::table::{Column, Key, Kind, Table};

/// A view of some columns of a table.
#[derive(Clone, Debug)]
pub(crate) struct View {
    pub(crate) name: String,
    pub(crate) table: String,
    pub(crate) column: String,
}

impl View {
    pub(crate) fn create(&self) -> String {
        format!("CREATE VIEW {} AS SELECT {} FROM {};\n", self.name, self.column, self.table)
    }
}

#[derive(Clone, Debug)]
pub(crate) struct Schema {
    pub(crate) tables: Vec<Table>,
    pub(crate) views: Vec<View>,
    /// The index of the table with a full-text index, and the indexed column.
    pub(crate) search: Option<(usize, String)>,
}

impl Schema {
    pub(crate) fn random(random: &mut Random) -> Self {
        let mut tables: Vec<Table> = Vec::new();
        let names = ["note", "person", "entry", "item", "tag"];
        for name in &names[..=random.below(names.len())] {
            let table = Table::random(random, name, &tables);
            tables.push(table);
        }
        let mut schema = Self { tables, views: Vec::new(), search: None };
        if random.once_in(3) {
            schema.watch(random);
        }
        if random.once_in(3) {
            let table = &schema.tables[random.below(schema.tables.len())];
            if let Some(column) = table.columns.first() {
                let (name, table) = (format!("{}_list", table.name), table.name.clone());
                schema.views.push(View { name, table, column: column.name.clone() });
            }
        }
        if random.once_in(5) {
            let at = random.below(schema.tables.len());
            schema.index_text(at);
        }
        schema
    }

    /// Adds a table that a trigger of another one writes to.
    fn watch(&mut self, random: &mut Random) {
        let at = random.below(self.tables.len());
        let table = &mut self.tables[at];
        let verb = ["INSERT", "UPDATE", "DELETE"][random.below(3)];
        let name = table.name.clone();
        table.triggers.push(format!(
            "CREATE TRIGGER {name}_seen AFTER {verb} ON {name} BEGIN INSERT INTO audit (what) VALUES ('{name}'); END;"
        ));
        let mut audit = Table {
            name: "audit".to_owned(),
            key: Key::Rowid,
            primary: None,
            columns: vec![Column::new("what", Kind::Text)],
            is_strict: false,
            is_without_rowid: false,
            indexes: Vec::new(),
            triggers: Vec::new(),
        };
        audit.columns[0].not_null = true;
        self.tables.push(audit);
    }

    /// Adds a full-text index over a column of this table, with the triggers that update it.
    pub(crate) fn index_text(&mut self, at: usize) {
        let table = &mut self.tables[at];
        let column = table.columns.iter().find(|it| it.kind == Kind::Text && it.is_plain());
        let Some(column) = column.map(|it| it.name.clone()) else { return };
        if !table.has_id() {
            return;
        }
        let triggers = search_triggers(&table.name, &column);
        table.triggers.extend(triggers);
        self.search = Some((at, column));
    }

    /// Returns the statements that create everything.
    pub(crate) fn create(&self) -> String {
        let mut sql: String = self.tables.iter().map(|table| table.create(&table.name)).collect();
        sql.extend(self.search.iter().map(|(at, column)| search(&self.tables[*at].name, column)));
        sql.extend(self.tables.iter().map(Table::attached));
        sql.extend(self.views.iter().map(View::create));
        sql
    }

    /// Returns the statements that drop everything.
    pub(crate) fn drop(&self) -> String {
        // A table whose own rows restrict each other can't be dropped with foreign keys on.
        let is_knotted = |table: &Table| {
            let mut keys = table.columns.iter().filter_map(|it| it.reference.as_ref());
            keys.any(|key| key.table == table.name && key.on_delete == "RESTRICT")
        };
        let is_knotted = self.tables.iter().any(is_knotted);
        let mut sql = String::from(if is_knotted { "PRAGMA foreign_keys = OFF;\n" } else { "" });
        sql.extend(self.views.iter().map(|view| format!("DROP VIEW {};\n", view.name)));
        // DROP TABLE compiles the triggers of a table whose keys act on itself, and with them the tables that they
        // write to.
        let triggers = self.tables.iter().flat_map(|table| &table.triggers);
        let names = triggers.filter_map(|trigger| trigger.split(' ').nth(2));
        sql.extend(names.map(|name| format!("DROP TRIGGER {name};\n")));
        sql.extend(
            self.search
                .iter()
                .map(|(at, _)| format!("DROP TABLE {}_fts;\n", self.tables[*at].name)),
        );
        sql.extend(self.tables.iter().rev().map(|it| format!("DROP TABLE {};\n", it.name)));
        sql + if is_knotted { "PRAGMA foreign_keys = ON;\n" } else { "" }
    }

    /// Returns whether a column of a table, including itself, refers to this one.
    pub(crate) fn is_referred(&self, name: &str) -> bool {
        let columns = self.tables.iter().flat_map(|table| &table.columns);
        columns.filter_map(|it| it.reference.as_ref()).any(|it| it.table == name)
    }
}

/// Returns a full-text index over a column of a table whose rowid is `id`.
pub(crate) fn search(table: &str, column: &str) -> String {
    format!(
        "CREATE VIRTUAL TABLE {table}_fts USING fts5 ({column}, content = '{table}', content_rowid = 'id');\n"
    )
}

/// Returns the triggers that update such an index.
pub(crate) fn search_triggers(table: &str, column: &str) -> [String; 3] {
    let into = format!("INSERT INTO {table}_fts (rowid, {column}) VALUES (new.id, new.{column});");
    let from = format!(
        "INSERT INTO {table}_fts ({table}_fts, rowid, {column}) VALUES ('delete', old.id, old.{column});"
    );
    [
        ("ai", "INSERT", into.clone()),
        ("ad", "DELETE", from.clone()),
        ("au", "UPDATE", from + " " + &into),
    ]
    .map(|(name, verb, body)| {
        format!("CREATE TRIGGER {table}_{name} AFTER {verb} ON {table} BEGIN {body} END;")
    })
}
