//! Hashes everything that decides the outcome of a rehearsal, one hash per migration.

use std::time::Duration;

use migratory_core::{Checksum, Mode, Sha256};

use crate::{Checked, CheckedDown, CheckedMigration, CheckedScript, Directive, Options};

/// A hash over values that are each prefixed with their length, so that no two sequences have the same bytes.
#[derive(Clone)]
struct Key(Sha256);

impl Key {
    fn text(&mut self, text: &str) {
        self.number(text.len());
        self.0.update(text.as_bytes());
    }

    fn number(&mut self, number: usize) {
        self.0.update(&u64::try_from(number).unwrap_or(u64::MAX).to_be_bytes());
    }

    /// Adds a value by its `Debug` output, which differs between different values.
    fn value(&mut self, value: impl std::fmt::Debug) {
        self.text(&format!("{value:?}"));
    }

    fn checksum(&self) -> Checksum {
        Checksum::new(self.0.clone().finish())
    }
}

impl Checked {
    /// Returns one hash per migration, over everything that decides the outcome of its rehearsal.
    ///
    /// That is the migration, those before it, the options, and `judges`: the versions of the code that rehearses them.
    pub fn identities(&self, options: &Options, judges: &[&str]) -> Vec<Checksum> {
        let mut key = Key(Sha256::new());
        for text in &self.unplaced {
            key.text(text);
        }
        for text in judges.iter().copied().chain([self.folder()]) {
            key.text(text);
        }
        add_options(&mut key, options);
        let each = |migration: &CheckedMigration| {
            add_migration(&mut key, migration);
            key.checksum()
        };
        self.set().iter().map(each).collect()
    }
}

/// Adds the options. The pattern names every field, so that a new one can't be forgotten.
fn add_options(key: &mut Key, options: &Options) {
    let Options {
        up_only,
        accept_through,
        rehearsal,
        populated,
        foreign_keys,
        time_limit,
        assumptions_warn,
        functions,
        collations,
        memo: _,
    } = options;
    let time_limit: &Duration = time_limit;
    key.value((up_only, accept_through, rehearsal, populated, foreign_keys));
    key.value((time_limit, assumptions_warn, functions, collations));
}

fn add_migration(key: &mut Key, migration: &CheckedMigration) {
    let CheckedMigration {
        version,
        digits,
        name,
        // These follow from the other fields, or don't affect the rehearsal.
        constant: _,
        doc: _,
        up,
        down,
        rows,
        checksum: _,
        chain: _,
    } = migration;
    key.value((version, digits, name));
    add_script(key, up);
    match down {
        CheckedDown::Script(script) => {
            key.text("down");
            add_script(key, script);
        }
        CheckedDown::Irreversible(_) => key.text("irreversible"),
        CheckedDown::UpOnly => key.text("up only"),
    }
    match rows {
        Some(rows) => {
            key.text("rows");
            add_script(key, rows);
        }
        None => key.text("no rows"),
    }
}

fn add_script(key: &mut Key, script: &CheckedScript) {
    // The statements follow from the text, and the rehearsal itself determines the writes.
    let CheckedScript { file, sql, mode, directives, statements: _, writes: _, faults } = script;
    let mode: &Mode = mode;
    key.text(file);
    key.text(sql);
    key.value((mode, faults));
    key.number(directives.len());
    for Directive { kind, reason, range, condition, columns } in directives {
        key.value((kind, reason, range, condition, columns));
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;
    use std::fs;

    use super::*;
    use crate::check;

    fn set(files: &[(&str, &str)]) -> Checked {
        let package = tempfile::tempdir().expect("a folder");
        let folder = package.path().join("migrations");
        fs::create_dir_all(folder.join("rehearsal")).expect("a folder");
        for (name, sql) in files {
            fs::write(folder.join(name), sql).expect("a file");
        }
        check(package.path(), "migrations", &Options::default()).expect("a sound set")
    }

    const UP: (&str, &str) = ("1_a.up.sql", "CREATE TABLE a (x);");
    const DOWN: (&str, &str) = ("1_a.down.sql", "DROP TABLE a;");

    fn keys_of(files: &[(&str, &str)]) -> Vec<Checksum> {
        set(files).identities(&Options::default(), &[])
    }

    #[test]
    fn a_change_in_a_file_changes_the_hash() {
        let sets: [&[(&str, &str)]; 9] = [
            &[UP, DOWN],
            &[("1_a.up.sql", "CREATE TABLE a (x); "), DOWN],
            &[UP, ("1_a.down.sql", "DROP TABLE IF EXISTS a;")],
            &[("1_b.up.sql", UP.1), ("1_b.down.sql", DOWN.1)],
            &[("01_a.up.sql", UP.1), ("01_a.down.sql", DOWN.1)],
            &[UP, DOWN, ("rehearsal/1.sql", "INSERT INTO a VALUES (1);")],
            &[UP, DOWN, ("rehearsal/1.sql", "INSERT INTO a VALUES (2);")],
            &[("1_a.up.sql", "-- migratory: irreversible: why\nCREATE TABLE a (x);")],
            &[("1_a.up.sql", "-- migratory: allow(drop_table): why\nCREATE TABLE a (x);"), DOWN],
        ];
        let keys: BTreeSet<_> = sets.iter().map(|files| keys_of(files)[0].to_string()).collect();
        assert_eq!(keys.len(), sets.len());
        assert_eq!(keys_of(&[UP, DOWN]), keys_of(&[UP, DOWN]));
    }

    #[test]
    fn later_migrations_do_not_change_the_hashes_of_earlier_ones() {
        let [short, long] = [
            keys_of(&[UP, DOWN]),
            keys_of(&[
                UP,
                DOWN,
                ("2_b.up.sql", "CREATE TABLE b (x);"),
                ("2_b.down.sql", "DROP TABLE b;"),
            ]),
        ];
        assert_eq!((short.len(), long.len(), short[0] == long[0]), (1, 2, true));
    }

    #[test]
    fn every_option_but_the_memo_changes_the_hash() {
        let plain = Options::default();
        let set = set(&[UP, DOWN]);
        let others = [
            Options { up_only: true, ..plain.clone() },
            Options { accept_through: Some(1.into()), ..plain.clone() },
            Options { populated: false, ..plain.clone() },
            Options { foreign_keys: false, ..plain.clone() },
            Options { time_limit: Duration::from_secs(1), ..plain.clone() },
            Options { assumptions_warn: true, ..plain.clone() },
            Options { functions: vec![("f".to_owned(), 1)], ..plain.clone() },
            Options { functions: vec![("f".to_owned(), 2)], ..plain.clone() },
            Options { collations: vec!["f".to_owned()], ..plain.clone() },
            plain.clone(),
        ];
        let keys: BTreeSet<_> =
            others.iter().map(|it| set.identities(it, &[])[0].to_string()).collect();
        assert_eq!(keys.len(), others.len());
        let memo = Options { memo: Some("elsewhere".into()), ..plain.clone() };
        assert_eq!(
            set.identities(&memo, &[]),
            set.identities(&plain, &[]),
            "the path of the memo does not"
        );
    }

    #[test]
    fn another_version_of_the_rehearsal_changes_the_hash() {
        let (set, options) = (set(&[UP, DOWN]), Options::default());
        let by = |judges: &[&str]| set.identities(&options, judges);
        assert_eq!(by(&["1", "3.1"]), by(&["1", "3.1"]));
        for judges in [["2", "3.1"], ["1", "3.2"], ["13", ".1"], ["", "13.1"]] {
            assert_ne!(by(&["1", "3.1"]), by(&judges));
        }
    }
}
