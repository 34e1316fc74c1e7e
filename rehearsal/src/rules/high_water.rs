//! Reports a rebuilt AUTOINCREMENT table that forgets the ids of deleted rows.

use migratory_core::sql::quotes::literal;

use super::lineage::{Lineage, Rebuild};
use super::phrase::Phrase;
use super::preserved_data::{Copied, is_carried};
use super::{Facts, ScriptRule, Scripts};
use crate::act::ActKind;
use crate::schema::Table;
use migratory_analysis::Rule;
use migratory_analysis::{Code, Diagnostic, Subject};

/// The table in which SQLite keeps the highest id that each table ever had.
const SEQUENCES: &str = "sqlite_sequence";

pub(super) const RULE: ScriptRule = ScriptRule {
    code: Code::HighWater,
    allow: Some(Rule::LossyRebuild),
    scripts: Scripts::All,
    check,
};

fn check(facts: &Facts<'_>) -> Vec<Diagnostic> {
    if !facts.is_complete() || writes_sequences(facts) {
        return Vec::new();
    }
    let lineage = Lineage::new(facts);
    let rebuilds = lineage.rebuilds(facts);
    let forgetful = rebuilds.iter().filter(|rebuild| {
        rebuild.old.is_autoincrement
            && rebuild.new.is_autoincrement
            && rebuild.dropped.is_some_and(|at| takes_rows_over(facts, &lineage, rebuild.old, at))
    });
    forgetful.map(|rebuild| finding(facts, rebuild)).collect()
}

/// Whether the script copies rows of the table. If it drops all of them, `drop_table` reports the
/// statement.
fn takes_rows_over(facts: &Facts<'_>, lineage: &Lineage, old: &Table, dropped: usize) -> bool {
    is_carried(facts, lineage, Copied { table: &old.name, column: None, from: 0, until: dropped })
}

/// Whether a statement itself writes the ids, other than by dropping or renaming a table.
fn writes_sequences(facts: &Facts<'_>) -> bool {
    facts.done().any(|(_, statement)| {
        Phrase::parse(facts.text(statement)).is_none()
            && statement.own().any(|act| match act {
                ActKind::Insert(table) | ActKind::Update { table, .. } => *table == *SEQUENCES,
                _ => false,
            })
    })
}

fn finding(facts: &Facts<'_>, rebuild: &Rebuild<'_>) -> Diagnostic {
    let name = &rebuild.old.name;
    let message = format!("the rebuilt table `{name}` forgets which ids it has assigned");
    let made = rebuild.made.or(rebuild.dropped).and_then(|at| facts.statements.get(at));
    let dropped = rebuild.dropped.and_then(|at| facts.statements.get(at));
    let range = dropped.map_or(0..0, |statement| statement.range.clone());
    let made_as = made.and_then(|statement| Phrase::parse(facts.text(statement)));
    let made_as = made_as.map(|phrase| phrase.object()).filter(|made_as| made_as != name);
    let help = match made_as {
        Some(made_as) => format!(
            "copy the highest id right after `{made_as}` is created: `INSERT INTO {SEQUENCES} (name, seq) \
             SELECT {}, seq FROM {SEQUENCES} WHERE name = {};`",
            literal(made_as.as_str()),
            literal(name.as_str())
        ),
        None => format!(
            "create the new table under another name, copy `seq` of `{name}` in `{SEQUENCES}` to \
             it, drop the old table, and rename the new one"
        ),
    };
    RULE
        .error(facts, [Subject::table(name)], message, range)
        .note(format!(
            "AUTOINCREMENT never reuses an id; but `DROP TABLE` forgets the highest one, and new rows get \
             the ids of deleted rows of `{name}`"
        ))
        .help(help)
}

#[cfg(test)]
mod tests {
    use crate::rules::harness::{lint, lint_down, lint_errors, lint_ok};
    use migratory_analysis::Code;

    const BEFORE: &str = "
        CREATE TABLE note (id INTEGER PRIMARY KEY AUTOINCREMENT, line TEXT);
        CREATE TABLE \"it's\" (id INTEGER PRIMARY KEY AUTOINCREMENT, line TEXT);
        CREATE TABLE plain (id INTEGER PRIMARY KEY, line TEXT);
    ";
    const NEW: &str = "(id INTEGER PRIMARY KEY AUTOINCREMENT, line TEXT NOT NULL)";

    /// Writes a rebuild of a table, with what precedes the copy of the rows.
    fn rebuild(table: &str, then: &str) -> String {
        format!(
            "CREATE TABLE n {NEW}; {then} INSERT INTO n (id, line) SELECT id, line FROM {table}; \
             DROP TABLE {table}; ALTER TABLE n RENAME TO {table};"
        )
    }

    #[test]
    fn ids_that_are_forgotten_are_reported() {
        let renamed_first = format!(
            "ALTER TABLE note RENAME TO o; CREATE TABLE note {NEW}; \
             INSERT INTO note (id, line) SELECT id, line FROM o; DROP TABLE o;"
        );
        for up in [rebuild("note", ""), rebuild("\"it's\"", ""), renamed_first] {
            lint_errors(BEFORE, &up, &[Code::HighWater]);
            assert_eq!(lint_down(BEFORE, &up).len(), 1, "{up}");
        }
        let reading = "CREATE TABLE seqs AS SELECT * FROM sqlite_sequence;";
        lint_errors(BEFORE, &rebuild("note", reading), &[Code::HighWater]);
        let help = &lint(BEFORE, &rebuild("\"it's\"", ""))[0].help[0];
        assert!(
            help.contains("SELECT 'n', seq FROM sqlite_sequence WHERE name = 'it''s';"),
            "{help}"
        );
    }

    #[test]
    fn ids_that_are_carried_over_are_not_reported() {
        let carried = "INSERT INTO sqlite_sequence (name, seq) SELECT 'n', seq FROM sqlite_sequence \
                       WHERE name = 'note';";
        lint_ok(BEFORE, &rebuild("note", carried));
        let updated = format!(
            "{} UPDATE sqlite_sequence SET seq = 1000 WHERE name = 'note';",
            rebuild("note", "")
        );
        lint_ok(BEFORE, &updated);
        lint_ok(BEFORE, &rebuild("plain", ""));
        lint_ok(BEFORE, &format!("-- migratory: allow(lossy_rebuild): x\n{}", rebuild("note", "")));
        lint_ok(BEFORE, "ALTER TABLE note RENAME TO o; ALTER TABLE o ADD COLUMN x;");
        let anew = format!("DROP TABLE note; CREATE TABLE note {NEW};");
        lint_errors(BEFORE, &anew, &[Code::DropTable]);
        lint_ok(BEFORE, &format!("-- migratory: allow(drop_table): x\n{anew}"));
    }
}
