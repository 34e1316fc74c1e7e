//! Makes databases at a given version without running all ups each time.
//!
//! If a script fails or leaves a wrong state, its database is dropped, and the next script needs
//! one in the right state. In a set whose scripts all fail, each would otherwise run every up
//! before it.

use std::collections::BTreeSet;

use crate::sandbox::context::Context;
use crate::sandbox::halt::Halt;
use crate::sandbox::{Sandbox, Snapshot};
use crate::schema::Name;
use crate::script::intent::Intent;

/// Makes databases at a given version.
pub(crate) struct Replay<'a> {
    context: Context<'a>,
    /// Whether it inserts the rows that a person gave.
    gives: bool,
    kept: Option<Kept>,
    /// How many scripts have run.
    #[cfg(test)]
    runs: usize,
}

/// A database after `count` migrations.
struct Kept {
    count: usize,
    snapshot: Snapshot,
    given: BTreeSet<Name>,
}

/// A database in which the ups have run, and whose tables hold only what they and the given rows
/// inserted.
pub(crate) struct Replayed {
    pub(crate) sandbox: Sandbox,
    /// The tables with given rows.
    pub(crate) given: BTreeSet<Name>,
}

impl<'a> Replay<'a> {
    pub(crate) fn new(context: Context<'a>, gives: bool) -> Self {
        Self {
            context,
            gives,
            kept: None,
            #[cfg(test)]
            runs: 0,
        }
    }

    /// Returns one for a context that differs only in later migrations, with the copy that was kept
    /// here.
    pub(crate) fn taken<'b>(&mut self, context: Context<'b>) -> Replay<'b> {
        Replay { kept: self.kept.take(), ..Replay::new(context, self.gives) }
    }

    /// Takes back the copy that was made meanwhile, unless it is at a migration that differs.
    pub(crate) fn take_back(&mut self, taken: Replay<'_>, until: usize) {
        self.kept = taken.kept.filter(|kept| kept.count <= until);
    }

    /// Returns a database after `count` migrations, which all passed on empty tables.
    ///
    /// It keeps a copy of the database one migration earlier, since callers next ask for the same
    /// count, for one less, or for more. So each migration runs once for the copy, and once for
    /// each database that ends with it.
    pub(crate) fn after(&mut self, count: usize) -> Result<Replayed, Halt> {
        let (mut replayed, from) = match &self.kept {
            Some(kept) if kept.count <= count => {
                let sandbox = kept.snapshot.restore(self.context)?;
                (Replayed { sandbox, given: kept.given.clone() }, kept.count)
            }
            _ => {
                let sandbox = Sandbox::new(self.context)?;
                (Replayed { sandbox, given: BTreeSet::new() }, 0)
            }
        };
        let until = count.saturating_sub(1);
        if until > from {
            self.run(&mut replayed, from, until)?;
            self.keep(&replayed, until)?;
        }
        self.run(&mut replayed, from.max(until), count)?;
        Ok(replayed)
    }

    fn keep(&mut self, replayed: &Replayed, count: usize) -> Result<(), Halt> {
        if let Some(snapshot) = Snapshot::of(&replayed.sandbox)? {
            self.kept = Some(Kept { count, snapshot, given: replayed.given.clone() });
        }
        Ok(())
    }

    fn run(&mut self, replayed: &mut Replayed, from: usize, until: usize) -> Result<(), Halt> {
        #[cfg(test)]
        {
            self.runs += until - from;
        }
        for at in from..until {
            let up = self.context.up(at);
            if up.is_rehearsed() {
                // It passed on empty tables, so it can only fail on a bound of the rehearsal.
                Halt::trouble(up, replayed.sandbox.run(up))?;
            }
            let rows = self.context.set[at].rows.as_ref();
            if let Some(rows) = rows.filter(|_| self.gives) {
                let performance = replayed.sandbox.perform(rows, &mut |_, _| ())?;
                replayed
                    .given
                    .extend(Intent::new(rows, &performance.statements).inserted().cloned());
                // What is wrong with the rows was reported when they were first inserted.
                Halt::trouble(rows, performance.outcome)?;
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;
    use crate::sandbox::bounds::Bounds;
    use migratory_analysis::{Checked, Options};

    /// A set with `count` tables; `first` comes before the first of them.
    fn set(count: usize, first: &str, rows: Option<&str>) -> Checked {
        let package = tempfile::tempdir().expect("a folder");
        let folder = package.path().join("migrations");
        fs::create_dir_all(folder.join("rehearsal")).expect("a folder");
        for number in 1..=count {
            let before = if number == 1 { first } else { "" };
            let up = format!(
                "{before}CREATE TABLE t{number} (a); INSERT INTO t{number} VALUES ({number});"
            );
            fs::write(folder.join(format!("{number}_a.up.sql")), up).expect("a file");
            let down = format!("DROP TABLE t{number};");
            fs::write(folder.join(format!("{number}_a.down.sql")), down).expect("a file");
        }
        if let Some(rows) = rows {
            fs::write(folder.join("rehearsal/1.sql"), rows).expect("a file");
        }
        migratory_analysis::check(package.path(), "migrations", &Options::default())
            .expect("a sound set")
    }

    fn with_replay<T>(checked: &Checked, take: impl FnOnce(Replay<'_>) -> T) -> T {
        let options = Options::default();
        let bounds = Bounds::none();
        let (set, cuts) = (checked.set(), &[]);
        let context = Context { set, cuts, options: &options, bounds: &bounds };
        take(Replay::new(context, true))
    }

    fn tables(replayed: &Replayed) -> i64 {
        let sql = "SELECT count(*) FROM sqlite_schema WHERE name GLOB 't[0-9]*'";
        replayed.sandbox.conn().query_row(sql, [], |row| row.get(0)).expect(sql)
    }

    /// Asks as the rehearsal does: for each migration the state before it, after it, and before it
    /// once more.
    fn runs(count: usize, first: &str) -> usize {
        with_replay(&set(count, first, None), |mut replay| {
            for at in 0..count {
                for asked in [at, at + 1, at] {
                    let replayed = replay.after(asked).expect("a database");
                    assert_eq!(usize::try_from(tables(&replayed)), Ok(asked), "after {asked}");
                }
            }
            replay.runs
        })
    }

    #[test]
    fn a_database_for_each_migration_costs_a_few_runs_of_each() {
        for count in [10, 20, 40] {
            assert!(runs(count, "") <= 6 * count, "{count}: {}", runs(count, ""));
        }
        assert_eq!(runs(20, "") - runs(10, ""), runs(30, "") - runs(20, ""), "it grows by lines");
    }

    /// Temporary objects belong to the connection, and no copy holds them: they are created again.
    #[test]
    fn temporary_tables_are_created_each_time() {
        let first = "CREATE TEMP TABLE kept (x); ";
        assert!(runs(10, first) > runs(10, ""));
        with_replay(&set(5, first, None), |mut replay| {
            for asked in [3, 4, 5] {
                let replayed = replay.after(asked).expect("a database");
                let found = replayed.sandbox.conn().execute_batch("SELECT x FROM temp.kept");
                assert!(found.is_ok(), "after {asked}");
            }
        });
    }

    #[test]
    fn given_rows_are_inserted_each_time() {
        let rows = Some("INSERT INTO t1 VALUES (7);");
        with_replay(&set(5, "", rows), |mut replay| {
            for asked in [1, 3, 4, 5, 4, 2] {
                let replayed = replay.after(asked).expect("a database");
                let sql = "SELECT count(*) FROM t1";
                let found: i64 =
                    replayed.sandbox.conn().query_row(sql, [], |row| row.get(0)).expect(sql);
                assert_eq!((found, replayed.given.len()), (2, 1), "after {asked}");
            }
        });
    }
}
