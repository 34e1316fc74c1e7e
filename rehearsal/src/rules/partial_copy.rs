//! Reports a copy that leaves rows behind when it fills the replacement of a table.
//!
//! The rehearsal sees missing rows; but it makes few rows, so a LIMIT may cover all of them, and
//! none may violate the constraint that OR IGNORE skips.

use migratory_core::sql::lexer::{Kind, Token};

use super::copy::Copy;
use super::handed_on::{Handed, Taker, handed_on};
use super::lineage::{END, Lineage, Rebuild};
use super::phrase;
use super::update::position;
use super::{Facts, ScriptRule, Scripts, one_line, place, rebuild_losses};
use crate::act::{ActKind, Statement};
use crate::schema::{Name, Table, View};
use migratory_analysis::Rule;
use migratory_analysis::{Code, Diagnostic, Subject};

pub(super) const RULE: ScriptRule = ScriptRule {
    code: Code::RowsVanish,
    allow: Some(Rule::PartialCopy),
    scripts: Scripts::All,
    check,
};

fn check(facts: &Facts<'_>) -> Vec<Diagnostic> {
    if !facts.is_complete() {
        return Vec::new();
    }
    let lineage = Lineage::new(facts);
    let rebuilds = lineage.rebuilds(facts);
    let mut found = Vec::new();
    for (at, statement) in facts.done() {
        let copied = rebuilds.iter().find(|it| copies(facts, &lineage, it, (at, statement)));
        let Some(rebuild) = copied else { continue };
        let text = facts.text(statement);
        let tokens: Vec<_> =
            phrase::meaningful(text).filter(|token| token.kind != Kind::Semicolon).collect();
        let name = &rebuild.old.name;
        found.extend(limit(&tokens).map(|it| limited(facts, statement, name, it)));
        found.extend(limiting_view(facts, at, text).map(|it| cut_off(facts, statement, name, it)));
        if let Some(skips) = conflict(&tokens).filter(|_| may_refuse(rebuild, text)) {
            found.push(refused(facts, statement, rebuild, &skips));
        }
    }
    found.extend(handed_on(facts).iter().flat_map(|handed| limited_takers(facts, handed)));
    found
}

/// Returns a view that the copy mentions and that shows only so many rows.
fn limiting_view<'f>(facts: &'f Facts<'_>, at: usize, text: &str) -> Option<&'f Name> {
    let has_limit =
        |view: &&View| limit(&phrase::meaningful(&view.sql).collect::<Vec<_>>()).is_some();
    let mut views = facts.schemas[at].views.values();
    views.find(|view| phrase::mentions(text, &view.name) && has_limit(view)).map(|view| &view.name)
}

fn cut_off(facts: &Facts<'_>, statement: &Statement, name: &Name, view: &Name) -> Diagnostic {
    let message = format!("this copy leaves out the rows of `{name}` beyond the LIMIT of `{view}`");
    RULE
        .error(facts, [name, view].map(Subject::table), message, statement.range.clone())
        .note(format!(
            "a user's database may hold more rows than the view shows, and `{name}` is replaced by the copy"
        ))
        .help(format!("copy from `{name}` itself, and not from `{view}`"))
}

/// Reports the copies of a dropped table into others, if all of them have a LIMIT.
fn limited_takers(facts: &Facts<'_>, handed: &Handed) -> Vec<Diagnostic> {
    let limited = |taker: &Taker| {
        let statement = facts.statements.get(taker.at)?;
        let tokens: Vec<_> = phrase::meaningful(facts.text(statement)).collect();
        Some(limited(facts, statement, &handed.table, limit(&tokens)?))
    };
    let is_table = handed.column.is_none();
    let takers = handed.takers.iter().filter(|_| is_table);
    takers.map(limited).collect::<Option<_>>().unwrap_or_default()
}

/// Whether the statement copies rows of the old table, into the new one or an intermediate one.
fn copies(
    facts: &Facts<'_>,
    lineage: &Lineage,
    rebuild: &Rebuild<'_>,
    (at, statement): (usize, &Statement),
) -> bool {
    let until = rebuild.dropped.unwrap_or(END);
    let source = lineage.name(&rebuild.old.name, 0, at).filter(|_| at <= until);
    // SQLite reports reads in a WITH under the name of the WITH table.
    let reads = statement.acts.iter().any(|act| match &act.kind {
        ActKind::Read { table, column } => Some(table) == source && *column != *"",
        _ => false,
    });
    let reads_kept = kept(facts, &rebuild.old.name, lineage, at)
        .any(|kept| phrase::mentions(facts.text(statement), &kept));
    let fills = statement.own().any(|act| match act {
        ActKind::Insert(table) | ActKind::CreateTable(table) => {
            lineage.name(table, at + 1, END) == Some(&rebuild.old.name)
        }
        _ => false,
    });
    let is_temporary = phrase::Phrase::parse(facts.text(statement))
        .is_some_and(|phrase| phrase.is_temporary && phrase.verb.is_word("create"));
    (reads && (fills || is_temporary)) || (reads_kept && fills)
}

/// Returns the temporary tables that hold rows of this table when the statement `until` begins.
fn kept<'f>(
    facts: &'f Facts<'_>,
    old: &'f Name,
    lineage: &'f Lineage,
    until: usize,
) -> impl Iterator<Item = Name> + 'f {
    facts.done().take_while(move |(at, _)| *at < until).filter_map(move |(at, statement)| {
        let source = lineage.name(old, 0, at)?;
        let reads = |act: &ActKind| matches!(act, ActKind::Read { table, .. } if table == source);
        let phrase = phrase::Phrase::parse(facts.text(statement))?;
        let keeps = phrase.is_temporary && phrase.verb.is_word("create");
        (keeps && statement.own().any(reads)).then(|| phrase.object())
    })
}

/// Returns a LIMIT or OFFSET on the copied rows, or on the list of a WHERE that they must be in, and not in a subquery
/// that gives a value.
fn limit<'a>(tokens: &[Token<'a>]) -> Option<Token<'a>> {
    // Whether each open parenthesis contains sources of rows, and whether the current place in it
    // does.
    let mut groups: Vec<bool> = Vec::new();
    let mut in_from = vec![false];
    let mut in_where = vec![false];
    for (at, token) in tokens.iter().enumerate() {
        let before = at.checked_sub(1).and_then(|at| tokens.get(at));
        if let Some(is_from) = in_from.last_mut() {
            *is_from |= phrase::any(token, &["from", "join"]);
            *is_from &= !phrase::any(token, &["select", "where", "on", "group", "order"]);
        }
        if let Some(is_where) = in_where.last_mut() {
            *is_where |= phrase::any(token, &["where", "on"]);
            *is_where &= !phrase::any(token, &["select", "from", "group", "order"]);
        }
        if token.text == "(" {
            let is_filter =
                before.is_some_and(|it| it.is_word("in")) && in_where.last() == Some(&true);
            let is_listed =
                before.is_some_and(|it| it.text == ",") && in_from.last() == Some(&true);
            let words = ["from", "join", "as", "materialized"];
            groups.push(is_listed || is_filter || before.is_some_and(|it| phrase::any(it, &words)));
            in_from.push(false);
            in_where.push(false);
        } else if token.text == ")" {
            groups.pop();
            in_from.pop();
            in_where.pop();
        } else if token.is_word("limit") && groups.iter().all(|is_source| *is_source) {
            let is_unlimited = tokens.get(at + 1).is_some_and(|it| it.text == "-");
            let has_offset = tokens[at..].iter().any(|it| it.is_word("offset") || it.text == ",");
            if !is_unlimited || has_offset {
                return Some(*token);
            }
        }
    }
    None
}

/// Returns the words that make SQLite skip or delete rows: `OR IGNORE`, `OR REPLACE`, `REPLACE`,
/// `ON CONFLICT`.
fn conflict<'a>(tokens: &[Token<'a>]) -> Option<[Token<'a>; 2]> {
    let verb = position(tokens, &["insert", "replace"])?;
    match &tokens[verb..] {
        [replace, ..] if replace.is_word("replace") => Some([*replace, *replace]),
        [_, or, word, ..] if or.is_word("or") => {
            phrase::any(word, &["ignore", "replace"]).then_some([*or, *word])
        }
        rest => {
            let at = position(rest, &["conflict"])?;
            Some([*rest.get(at.checked_sub(1)?)?, rest[at]])
        }
    }
}

/// Whether the new table may refuse a row of the old one: by a constraint that the old one lacks,
/// or because a value of a key is computed.
fn may_refuse(rebuild: &Rebuild<'_>, text: &str) -> bool {
    let Rebuild { old, new, .. } = rebuild;
    let keys: Vec<&[Name]> = keys(new).collect();
    let has_key =
        |key: &[Name]| self::keys(old).any(|other| other.iter().all(|it| key.contains(it)));
    let is_copied = |column: &Name| is_copied_as_it_is(text, old, new, column);
    keys.iter().any(|key| !has_key(key) || !key.iter().all(is_copied))
        || new.checks.iter().any(|check| !rebuild_losses::is_among(check, &old.checks))
        || new.columns.iter().any(|column| {
            let is_new = old.column(&column.name).is_none_or(|was| !was.is_not_null);
            column.is_not_null && is_new && !new.primary_key.contains(&column.name)
        })
}

fn keys(table: &Table) -> impl Iterator<Item = &[Name]> {
    let keys = table.uniques.iter().chain([&table.primary_key]);
    keys.map(Vec::as_slice).filter(|key| !key.is_empty())
}

/// Whether the copy takes the column unchanged from the column of the same name.
fn is_copied_as_it_is(text: &str, old: &Table, new: &Table, column: &Name) -> bool {
    let Some(copy) = Copy::parse(text) else { return false };
    let into = copy.columns.clone().unwrap_or_else(|| new.stored());
    let values = copy.values(&old.stored());
    let mut pairs = values.iter().zip(&into);
    pairs.any(|(value, target)| target == column && value.column() == Some(column))
}

fn limited(facts: &Facts<'_>, statement: &Statement, name: &Name, limit: Token<'_>) -> Diagnostic {
    let message = format!("this copy leaves out the rows of `{name}` beyond its LIMIT");
    let text = facts.text(statement);
    let whole = text.get(..limit.start).map(one_line).unwrap_or_default();
    let error = RULE
        .error(facts, [Subject::table(name)], message, place(statement.range.start, &limit))
        .note(format!(
            "a user's database may hold more rows than that, and `{name}` is replaced by the copy"
        ));
    let is_last = position(&phrase::meaningful(text).collect::<Vec<_>>(), &["limit"]).is_some();
    if is_last {
        error.help(format!("copy every row: `{};`", whole.trim_end()))
    } else {
        error.help("copy every row, without LIMIT and OFFSET")
    }
}

fn refused(
    facts: &Facts<'_>,
    statement: &Statement,
    rebuild: &Rebuild<'_>,
    [first, last]: &[Token<'_>; 2],
) -> Diagnostic {
    let name = &rebuild.old.name;
    let message = format!("this copy drops the rows of `{name}` that the new table refuses");
    let start = statement.range.start;
    let range = place(start, first).start..place(start, last).end;
    RULE
        .error(facts, [Subject::table(name)], message, range)
        .note("SQLite skips or replaces a row that violates a constraint of the new table, and reports nothing")
        .help(
            "write a plain INSERT, and change the rows that a constraint refuses in a statement before it, \
             or in the SELECT",
        )
}

#[cfg(test)]
mod tests {
    use expect_test::expect;

    use crate::rules::harness::{lint, lint_down, lint_errors, lint_ok, reported};
    use migratory_analysis::Code;

    const BEFORE: &str = "CREATE TABLE t (id INTEGER PRIMARY KEY, a TEXT UNIQUE, n INT);";

    /// Writes a rebuild of `t` with this definition and copy.
    fn rebuild(definition: &str, copy: &str) -> String {
        format!(
            "CREATE TABLE n (id INTEGER PRIMARY KEY, {definition}); {copy}; DROP TABLE t; \
             ALTER TABLE n RENAME TO t;"
        )
    }

    #[test]
    fn a_copy_with_a_limit_is_reported() {
        for copy in [
            "INSERT INTO n (id, a, n) SELECT id, a, n FROM t LIMIT 1000",
            "INSERT INTO n (id, a, n) SELECT id, a, n FROM t ORDER BY id LIMIT -1 OFFSET 1",
            "INSERT INTO n (id, a, n) SELECT id, a, n FROM (SELECT * FROM t LIMIT 10)",
            "INSERT INTO n (id, a, n) WITH c AS (SELECT * FROM t LIMIT 10) SELECT id, a, n FROM c",
            "INSERT INTO n (id, a, n) SELECT id, a, n FROM t WHERE id IN (SELECT id FROM t ORDER BY id DESC LIMIT 5000)",
        ] {
            let up = rebuild("a TEXT UNIQUE, n INT NOT NULL DEFAULT 0", copy);
            lint_errors(BEFORE, &up, &[Code::RowsVanish]);
            assert_eq!(lint_down(BEFORE, &up).len(), 1, "{up}");
        }
        let by_way = "CREATE TEMP TABLE k AS SELECT * FROM t LIMIT 9; DROP TABLE t; \
            CREATE TABLE t (id INTEGER PRIMARY KEY, a TEXT UNIQUE, n INT); \
            INSERT INTO t (id, a, n) SELECT id, a, n FROM k;";
        lint_errors(BEFORE, by_way, &[Code::RowsVanish]);
        let before =
            format!("{BEFORE}; CREATE VIEW newest AS SELECT * FROM t ORDER BY id DESC LIMIT 1000;");
        let from_view = "INSERT INTO n (id, a, n) SELECT id, a, n FROM newest";
        let up = rebuild("a TEXT UNIQUE, n INT NOT NULL DEFAULT 0", from_view);
        let up = up.replace("DROP TABLE t;", "DROP VIEW newest; DROP TABLE t;");
        lint_errors(&before, &up, &[Code::RowsVanish]);
        let elsewhere = "CREATE TABLE k AS SELECT * FROM t LIMIT 1000; DROP TABLE t;";
        lint_errors(BEFORE, elsewhere, &[Code::RowsVanish]);
    }

    #[test]
    fn a_copy_that_skips_refused_rows_is_reported() {
        for (definition, copy) in [
            (
                "a TEXT UNIQUE, n INT CHECK (n > 0)",
                "INSERT OR IGNORE INTO n SELECT id, a, n FROM t",
            ),
            ("a TEXT UNIQUE, n INT UNIQUE", "INSERT OR REPLACE INTO n SELECT id, a, n FROM t"),
            ("a TEXT UNIQUE, n INT UNIQUE", "REPLACE INTO n (id, a, n) SELECT id, a, n FROM t"),
            ("a TEXT UNIQUE, n INT NOT NULL", "INSERT OR IGNORE INTO n SELECT * FROM t"),
            ("a TEXT UNIQUE, n INT", "INSERT OR IGNORE INTO n SELECT id, lower(a), n FROM t"),
            (
                "a TEXT UNIQUE, n INT UNIQUE",
                "INSERT INTO n SELECT id, a, n FROM t WHERE true ON CONFLICT DO NOTHING",
            ),
        ] {
            lint_errors(BEFORE, &rebuild(definition, copy), &[Code::RowsVanish]);
        }
    }

    #[test]
    fn a_copy_of_every_row_is_not_reported() {
        for (definition, copy) in [
            ("a TEXT UNIQUE, n INT", "INSERT INTO n SELECT id, a, n FROM t"),
            ("a TEXT UNIQUE, n INT", "INSERT OR IGNORE INTO n SELECT * FROM t"),
            ("a TEXT UNIQUE, n INT", "INSERT OR REPLACE INTO n (id, a, n) SELECT id, a, n FROM t"),
            ("a TEXT UNIQUE, n INT CHECK (n > 0)", "INSERT OR ABORT INTO n SELECT * FROM t"),
            ("a TEXT UNIQUE, n INT", "INSERT INTO n SELECT * FROM t LIMIT -1"),
            (
                "a TEXT UNIQUE, n INT",
                "INSERT INTO n SELECT id, a, (SELECT n FROM t AS o ORDER BY n LIMIT 1) FROM t",
            ),
            (
                "a TEXT UNIQUE, n INT",
                "INSERT INTO n SELECT id, a, id IN (SELECT id FROM t ORDER BY n LIMIT 1) FROM t",
            ),
        ] {
            lint_ok(BEFORE, &rebuild(definition, copy));
        }
        lint_ok(BEFORE, "CREATE TABLE sample AS SELECT * FROM t LIMIT 10;");
        let beside = "CREATE TABLE sample AS SELECT * FROM t LIMIT 10; CREATE TABLE u AS SELECT * FROM t; DROP TABLE t;";
        lint_ok(BEFORE, beside);
        let allowed = "-- migratory: allow(partial_copy): the oldest go\n";
        let up = rebuild("a TEXT UNIQUE, n INT", "INSERT INTO n SELECT * FROM t LIMIT 10");
        lint_ok(BEFORE, &format!("{allowed}{up}"));
    }

    #[test]
    fn the_suggestion_is_accepted() {
        let limited = "INSERT INTO n (id, a, n) SELECT id, a, n FROM t LIMIT 10";
        let found = lint(BEFORE, &rebuild("a TEXT UNIQUE, n INT", limited)).remove(0);
        let whole = found.help[0].split('`').nth(1).unwrap_or_default();
        lint_ok(BEFORE, &rebuild("a TEXT UNIQUE, n INT", whole));
    }

    #[test]
    fn the_findings_read_well() {
        let copy = "\nINSERT OR IGNORE INTO n (id, a, n) SELECT id, a, n FROM t LIMIT 10";
        let up = rebuild("a TEXT UNIQUE, n INT CHECK (n > 0)", copy);
        expect![[r"
            2 findings in the migrations of `migrations/`

            error[M0506]: this copy leaves out the rows of `t` beyond its LIMIT
             --> 0002_a.sql:2:59
              |
            2 | INSERT OR IGNORE INTO n (id, a, n) SELECT id, a, n FROM t LIMIT 10; DROP TABLE t; ALTER TABLE n RENAME TO t;
              |                                                           ^^^^^
              |
              = note: a user's database may hold more rows than that, and `t` is replaced by the copy
              = help: copy every row: `INSERT OR IGNORE INTO n (id, a, n) SELECT id, a, n FROM t;`
              = help: if it is meant, say why at the top of the file: `-- migratory: allow(partial_copy): <reason>`

            error[M0506]: this copy drops the rows of `t` that the new table refuses
             --> 0002_a.sql:2:8
              |
            2 | INSERT OR IGNORE INTO n (id, a, n) SELECT id, a, n FROM t LIMIT 10; DROP TABLE t; ALTER TABLE n RENAME TO t;
              |        ^^^^^^^^^
              |
              = note: SQLite skips or replaces a row that violates a constraint of the new table, and reports nothing
              = help: write a plain INSERT, and change the rows that a constraint refuses in a statement before it, or in the SELECT
              = help: if it is meant, say why at the top of the file: `-- migratory: allow(partial_copy): <reason>`
        "]].assert_eq(&reported(BEFORE, &up));
    }
}
