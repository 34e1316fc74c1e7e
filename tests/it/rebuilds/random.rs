//! Random tables.

use migratory_faulty::Random;

use super::table::{Column, Index, Key, Kind, Reference, Table};

impl Table {
    pub(crate) fn random(random: &mut Random, name: &str, parents: &[Self]) -> Self {
        let key = [Key::Rowid, Key::Rowid, Key::Counted, Key::Text, Key::Pair, Key::None];
        let key = key[random.below(key.len())];
        let is_strict = random.once_in(5);
        let mut table = Self {
            name: name.to_owned(),
            key,
            primary: None,
            columns: Vec::new(),
            is_strict,
            is_without_rowid: matches!(key, Key::Text | Key::Pair) && random.once_in(2),
            indexes: Vec::new(),
            triggers: Vec::new(),
        };
        for _ in 0..2 + random.below(4) {
            let column = table.random_column(random);
            table.columns.push(column);
        }
        table.refer(random, parents);
        table.index(random);
        if random.once_in(4) {
            table.compute(random);
        }
        table
    }

    /// Returns a column with a name that the table doesn't have yet.
    fn random_column(&self, random: &mut Random) -> Column {
        let kinds: &[Kind] = if self.is_strict { &Kind::STRICT } else { &Kind::LOOSE };
        let kind = kinds[random.below(kinds.len())];
        let mut column = self.free_column(random, kind);
        column.not_null = random.once_in(3);
        column.unique = matches!(column.kind, Kind::Integer | Kind::Text) && random.once_in(6);
        column.nocase = column.kind == Kind::Text && random.once_in(6);
        if random.once_in(3) && !column.unique {
            column.default = Some(column.kind.default().to_owned());
        }
        if random.once_in(5) {
            let name = &column.name;
            column.check = match column.kind {
                Kind::Integer => Some(format!("{name} >= 0")),
                Kind::Text => Some(format!("length({name}) < 400")),
                Kind::Boolean => Some(format!("{name} IN (0, 1)")),
                _ => None,
            };
        }
        column
    }

    /// Returns a column of this kind without constraints.
    pub(crate) fn free_column(&self, random: &mut Random, kind: Kind) -> Column {
        let start = random.below(4);
        let names = (0..4).map(|at| kind.names()[(start + at) % 4].to_owned());
        let names = names.chain((2..).map(|nth| format!("{}_{nth}", kind.names()[start])));
        let mut free = names.filter(|name| self.column(name).is_none());
        Column::new(&free.next().unwrap(), kind)
    }

    /// Lets a column refer to an earlier table, or to its own.
    fn refer(&mut self, random: &mut Random, parents: &[Self]) {
        let of_itself = self.has_id().then_some(&*self).filter(|_| random.once_in(6)).cloned();
        let mut parents: Vec<_> = parents.iter().filter(|it| it.has_id()).cloned().collect();
        parents.extend(of_itself);
        if parents.is_empty() || random.once_in(3) {
            return;
        }
        let parent = &parents[random.below(parents.len())];
        let actions = ["NO ACTION", "CASCADE", "SET NULL", "RESTRICT"];
        let on_delete = actions[random.below(4)];
        let mut column = Column::new(&format!("{}_id", parent.name), Kind::Integer);
        column.not_null = on_delete != "SET NULL" && parent.name != self.name && random.once_in(2);
        column.reference =
            Some(Reference { table: parent.name.clone(), column: "id".to_owned(), on_delete });
        self.columns.push(column);
    }

    fn index(&mut self, random: &mut Random) {
        for at in 0..self.columns.len() {
            let Column { name, kind, unique, .. } = self.columns[at].clone();
            if !random.once_in(5) || unique {
                continue;
            }
            let on = match kind {
                Kind::Text if random.once_in(2) => format!("lower({name})"),
                Kind::Text => format!("{name} COLLATE NOCASE"),
                _ => name.clone(),
            };
            let condition = random.once_in(4).then(|| format!("{name} IS NOT NULL"));
            let index = format!("{}_{name}", self.name);
            self.indexes.push(Index { name: index, is_unique: false, on, condition, column: name });
        }
    }

    /// Adds a generated column.
    fn compute(&mut self, random: &mut Random) {
        let Some(from) = self.columns.iter().find(|it| it.kind == Kind::Text) else { return };
        let stored = if random.once_in(2) { "" } else { " || '!'" };
        let mut column = Column::new("label", Kind::Text);
        column.generated = Some(format!("'#' || {}{stored}", from.name));
        self.columns.push(column);
    }
}
