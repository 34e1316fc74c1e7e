//! Reports a table that can't be renamed because a view or a trigger names a missing table.

use super::phrase::{self, Phrase};
use super::{Facts, SHOWN, ScriptRule, Scripts, one_line, ticked};
use crate::schema::{Name, Schema};
use migratory_analysis::{Code, Diagnostic, Subject, spelling};

pub(super) const RULE: ScriptRule =
    ScriptRule { code: Code::NameHeld, allow: None, scripts: Scripts::All, check };

fn check(facts: &Facts<'_>) -> Vec<Diagnostic> {
    if facts.is_complete() {
        return Vec::new();
    }
    finding(facts).into_iter().collect()
}

/// Reports the statement that failed.
fn finding(facts: &Facts<'_>) -> Option<Diagnostic> {
    let statement = facts.statements.last()?;
    let phrase = Phrase::parse(facts.text(statement))?;
    let (from, to) = (phrase.object(), Name::new(phrase.renamed_to()?.unquoted()));
    let schema = facts.after();
    if schema.tables.contains_key(&to) || !schema.tables.contains_key(&from) {
        return None;
    }
    let holders = holders(schema, &to);
    let names = spelling::list(&ticked(holders.iter().map(|holder| holder.name)));
    let (kind, keep) = match holders.as_slice() {
        [] => return None,
        [one] => (format!("the {} ", one.kind), "keeps"),
        _ => (String::new(), "keep"),
    };
    let message = format!("{kind}{names} {keep} `{from}` from being renamed to `{to}`");
    let subject = [&from, &to].map(Subject::table).into_iter();
    let subject = subject.chain(holders.iter().map(|holder| Subject::object(holder.name)));
    let mut error = RULE.error(facts, subject, message, statement.range.clone()).note(format!(
        "SQLite compiles every view and trigger when a table is renamed, and there is no `{to}` at \
         that moment"
    ));
    for holder in holders.iter().take(SHOWN) {
        error = error.help(format!(
            "write `DROP {} {};` before the old `{to}` is dropped, and after this statement `{};`",
            holder.kind.to_ascii_uppercase(),
            holder.name.written(),
            one_line(holder.sql)
        ));
    }
    Some(error)
}

/// A view or a trigger that names the table.
struct Holder<'a> {
    kind: &'static str,
    name: &'a Name,
    sql: &'a str,
}

fn holders<'a>(schema: &'a Schema, table: &Name) -> Vec<Holder<'a>> {
    let views = schema.views.values();
    let views = views.map(|view| Holder { kind: "view", name: &view.name, sql: &view.sql });
    let triggers = schema.triggers.values();
    let triggers = triggers.map(|it| Holder { kind: "trigger", name: &it.name, sql: &it.sql });
    views.chain(triggers).filter(|holder| phrase::mentions(holder.sql, table)).collect()
}

#[cfg(test)]
mod tests {
    use crate::rules::harness::{lint, lint_errors, lint_ok};
    use migratory_analysis::Code;

    const BEFORE: &str = "
        CREATE TABLE a (id INTEGER PRIMARY KEY, x);
        CREATE TABLE \"b c\" (x);
        CREATE TABLE log (line);
        CREATE VIEW xs AS SELECT x FROM a;
        CREATE TRIGGER counts AFTER INSERT ON log BEGIN UPDATE \"b c\" SET x = 1; END;
    ";
    const REBUILD: &str = "CREATE TABLE n (id INTEGER PRIMARY KEY, x); \
        INSERT INTO n (id, x) SELECT id, x FROM a; DROP TABLE a; ALTER TABLE n RENAME TO a;";

    #[test]
    fn a_view_or_trigger_that_keeps_a_table_from_its_name_is_reported() {
        let trigger = "CREATE TABLE n (x); INSERT INTO n (x) SELECT x FROM \"b c\"; \
                       DROP TABLE \"b c\"; alter table n rename to [B C]";
        let again = format!("CREATE VIEW ys AS SELECT x FROM A; {REBUILD}");
        for up in [REBUILD, trigger, &again] {
            lint_errors(BEFORE, up, &[Code::NameHeld]);
        }
        let found = &lint(BEFORE, REBUILD)[0];
        assert_eq!(found.message, "the view `xs` keeps `n` from being renamed to `a`");
        assert_eq!(
            found.help[0],
            "write `DROP VIEW xs;` before the old `a` is dropped, and after this statement \
             `CREATE VIEW xs AS SELECT x FROM a;`"
        );
    }

    #[test]
    fn a_name_that_is_free_or_fails_otherwise_is_not_reported() {
        lint_ok(BEFORE, &format!("DROP VIEW xs; {REBUILD} CREATE VIEW xs AS SELECT x FROM a;"));
        lint_ok(BEFORE, &format!("PRAGMA legacy_alter_table = ON; {REBUILD}"));
        lint_ok(BEFORE, "ALTER TABLE a RENAME TO d;");
        lint_errors(BEFORE, "ALTER TABLE log RENAME TO a;", &[]);
        lint_errors(BEFORE, "ALTER TABLE gone RENAME TO a;", &[]);
    }
}
