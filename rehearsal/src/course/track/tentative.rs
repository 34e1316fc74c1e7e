//! Does work on a track and undoes it.

use std::mem;
use std::sync::Arc;

use migratory_core::sql::lexer;
use migratory_runtime::Mode;

use super::Track;
use crate::course::known::script_run::ScriptRun;
use crate::rows::Filler;
use crate::sandbox::Snapshot;
use crate::sandbox::context::Context;
use crate::sandbox::halt::Halt;
use crate::schema::Schema;

/// The state of a track at one moment.
pub(crate) struct Base {
    snapshot: Snapshot,
    filler: Filler,
    schema: Arc<Schema>,
}

impl Base {
    /// Returns a track in this state.
    pub(crate) fn track(&self, context: Context<'_>) -> Result<Track, Halt> {
        let sandbox = self.snapshot.restore(context)?;
        Ok(Track::at(sandbox, self.filler.clone(), Arc::clone(&self.schema)))
    }
}

impl Track {
    /// Copies the track, to make others from it; returns `None` if there are temporary objects,
    /// which no copy holds.
    pub(crate) fn base(&self) -> Result<Option<Base>, Halt> {
        let Some(snapshot) = Snapshot::of(&self.sandbox)? else { return Ok(None) };
        let (filler, schema) = (self.filler.clone(), Arc::clone(&self.schema));
        Ok(Some(Base { snapshot, filler, schema }))
    }

    /// Does some work that runs these scripts, and undoes it; returns `None` if that is impossible.
    ///
    /// If the scripts do the same within one transaction, the transaction is rolled back. A copy
    /// would cost more, since SQLite reads all definitions again on it.
    pub(crate) fn tentatively<T>(
        &mut self,
        context: Context<'_>,
        scripts: &[ScriptRun<'_>],
        work: impl FnOnce(&mut Self) -> Result<T, Halt>,
    ) -> Result<Option<T>, Halt> {
        if !context.options.foreign_keys
            || !scripts.iter().all(|script_run| self.is_undone(script_run))
        {
            let Some(base) = self.base()? else { return Ok(None) };
            return work(&mut base.track(context)?).map(Some);
        }
        let state = (self.filler.clone(), self.filled.clone(), Arc::clone(&self.schema));
        let (mark, losing) = (self.mark.take(), mem::take(&mut self.losing));
        self.sandbox.begin()?;
        let worked = work(self);
        self.sandbox.roll_back()?;
        (self.filler, self.filled, self.schema) = state;
        (self.mark, self.losing) = (mark, losing);
        worked.map(Some)
    }

    /// Whether the script has the same effect in a transaction, and a rollback undoes it: a pragma
    /// may require to be outside one, and a deferred key may be checked only at the COMMIT.
    fn is_undone(&self, script_run: &ScriptRun<'_>) -> bool {
        let defers = |schema: &Schema| {
            let mut keys = schema.tables.values().flat_map(|table| &table.foreign_keys);
            keys.any(|key| key.is_deferred)
        };
        let sets = || lexer::meaningful(&script_run.script.sql).any(|it| it.is_word("pragma"));
        script_run.script.mode == Mode::Transaction
            && !sets()
            && !defers(&self.schema)
            && !defers(script_run.schema)
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;
    use crate::course::replay::Replayed;
    use crate::rows::Rows;
    use crate::rules::harness::checked;
    use crate::sandbox::Sandbox;
    use crate::sandbox::bounds::Bounds;
    use crate::script::intent::Intent;
    use crate::script::rowids::Rowids;
    use crate::script::succession::Succession;
    use migratory_analysis::CheckedScript;
    use migratory_analysis::Options;
    use migratory_core::Direction;

    const BEFORE: &str = "CREATE TABLE t (id INTEGER PRIMARY KEY AUTOINCREMENT, x TEXT, y INTEGER CHECK (y < 500));
        CREATE INDEX i ON t (x); CREATE TABLE c (t REFERENCES t (id) ON DELETE CASCADE);
        CREATE VIRTUAL TABLE f USING fts5 (x);
        CREATE TRIGGER r BEFORE DELETE ON c WHEN old.t = 0 BEGIN SELECT RAISE(ROLLBACK, 'no'); END;";

    fn sandbox(context: Context<'_>) -> Sandbox {
        let sandbox = Sandbox::new(context).expect("a database");
        sandbox.conn().execute_batch(BEFORE).expect("the schema before");
        sandbox
    }

    /// Returns the whole content of the database, with SQLite's counters.
    fn dump(track: &Track) -> Vec<String> {
        let conn = track.sandbox.conn();
        let rows = |sql: &str| -> Vec<String> {
            let mut statement = conn.prepare(sql).expect(sql);
            let rows = statement.query_map([], |row| row.get(0)).expect(sql);
            rows.collect::<Result<_, _>>().expect(sql)
        };
        [
            "SELECT quote(name) || quote(sql) FROM sqlite_schema ORDER BY 1",
            "SELECT quote(id) || quote(x) || quote(y) FROM t ORDER BY 1",
            "SELECT quote(rowid) || quote(t) FROM c ORDER BY 1",
            "SELECT quote(rowid) || quote(x) FROM f ORDER BY 1",
            "SELECT quote(name) || quote(seq) FROM sqlite_sequence ORDER BY 1",
            "SELECT quote(foreign_keys) FROM pragma_foreign_keys",
            "SELECT integrity_check FROM pragma_integrity_check",
        ]
        .iter()
        .flat_map(|sql| rows(sql))
        .collect()
    }

    fn with_script_run<T>(
        context: Context<'_>,
        script: &CheckedScript,
        take: impl FnOnce(ScriptRun<'_>) -> T,
    ) -> T {
        let mut empty = sandbox(context);
        let performance = empty.perform(script, &mut |_, _| ()).expect("a performance");
        let intent = Intent::new(script, &performance.statements);
        let succession = Succession::new(&performance.statements, &performance.schemas);
        let schema = performance.schemas.last().cloned().unwrap_or_default();
        let rowids = &Rowids::default();
        let (intent, succession, schema) = (&intent, &succession, &schema);
        take(ScriptRun { script, intent, succession, rowids, schema })
    }

    /// Whatever a script does, and however it ends: the track is as before, and the script does the
    /// same again.
    #[test]
    fn tentative_work_leaves_no_trace() {
        let (options, bounds) = (Options::default(), Bounds::none());
        let context = Context { set: &[], options: &options, cuts: &[], bounds: &bounds };
        for (sql, passes) in [
            ("UPDATE t SET y = 7; DELETE FROM c;", true),
            ("INSERT INTO t (x) VALUES ('new'); INSERT INTO f (x) VALUES ('new');", true),
            ("ALTER TABLE t ADD COLUMN z; ALTER TABLE t DROP COLUMN y; DROP TABLE f;", true),
            ("DROP TABLE c; CREATE TABLE c (t); INSERT INTO c VALUES (1);", true),
            ("CREATE TEMP TABLE k (x); INSERT INTO k VALUES (1); DROP TABLE k;", true),
            ("PRAGMA foreign_keys = OFF; DELETE FROM c; DELETE FROM t;", true),
            (
                "DELETE FROM t WHERE y > 0; UPDATE t SET y = y + 1000; INSERT INTO t (y) VALUES (501);",
                false,
            ),
            ("INSERT OR ROLLBACK INTO t (y) SELECT max(y) + 1000 FROM t;", false),
            (
                "UPDATE c SET t = NULL; INSERT INTO t (id) VALUES (0); INSERT INTO c VALUES (0); DELETE FROM c;",
                false,
            ),
        ] {
            let script = checked(sql, Direction::Up);
            with_script_run(context, &script, |script_run| {
                let mut first = sandbox(context);
                let schema = first.schema().expect("a schema");
                let replayed = Replayed { sandbox: first, given: BTreeSet::new() };
                let mut track = Track::new(context, replayed, schema, Rows::ALLOWED);
                track.fill().expect("rows");
                let before = dump(&track);
                for _ in 0..2 {
                    let fault = track.tentatively(context, &[script_run], |track| {
                        track.sandbox.conn().execute_batch("INSERT INTO t (y) VALUES (499)")?;
                        track.run(script_run)
                    });
                    let fault = fault.expect("no bound").expect("no temporary objects");
                    assert_eq!(fault.is_none(), passes, "{sql}: {fault:?}");
                    assert_eq!(dump(&track), before, "{sql}");
                    assert!(track.sandbox.conn().is_autocommit(), "{sql}");
                }
            });
        }
    }
}
