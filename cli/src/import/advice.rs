//! Advice on the whole set.

use super::draft::{Draft, Left};
use super::number::Numbering;
use super::pair::Pair;
use super::tool::Tool;

/// The remarks on the whole set, the most important first.
pub(crate) fn advice(
    tool: Tool,
    draft: &Draft,
    numbering: &Numbering,
    pairs: &[Pair],
) -> Vec<String> {
    let mut advice = draft.remarks.clone();
    advice.extend(missed(&draft.left));
    advice.extend(numbers(tool, numbering));
    advice.extend(irreversible(tool, numbering, pairs));
    advice.push(databases(tool, draft, numbering, pairs));
    advice
}

fn missed(left: &[Left]) -> Option<String> {
    let (what, pair) = match left.iter().filter(|left| left.is_missed).count() {
        0 => return None,
        1 => ("1 migration is left out".to_owned(), "a pair by hand"),
        many => (format!("{many} migrations are left out"), "a pair by hand for each"),
    };
    Some(format!(
        "{what}: write {pair}, at its place in the order; `-- migratory: code` at the top of a file \
         gives it a step in Rust"
    ))
}

fn numbers(tool: Tool, numbering: &Numbering) -> Option<String> {
    if let Some(why) = &numbering.renumbered {
        return Some(format!("renumbered, in the order of {}: {why}", tool.name()));
    }
    let last = numbering.accept_through?;
    Some(format!(
        "the numbers are those of {}, so that its databases can be adopted; they are neither a sequence without \
         gaps nor dates: add `accept_through = {last}` to `embed_migrations!`",
        tool.name()
    ))
}

fn irreversible(tool: Tool, numbering: &Numbering, pairs: &[Pair]) -> Option<String> {
    let last = numbering.last()?;
    let count = pairs.iter().filter(|pair| pair.down.is_none()).count();
    let (who, way) = match count {
        0 => return None,
        1 => (
            "1 migration has no down and is marked".to_owned(),
            "write one, or delete the directive",
        ),
        many => (
            format!("{many} migrations have no down and are marked"),
            "write the downs that you need, or delete the directives",
        ),
    };
    Some(format!(
        "{who} `irreversible: imported from {}, which had no down`: {way} and add `accept_through = {last}`",
        tool.name()
    ))
}

/// How to take over databases that the tool migrated.
fn databases(tool: Tool, draft: &Draft, numbering: &Numbering, pairs: &[Pair]) -> String {
    let name = tool.name();
    let Some(origin) = tool.origin() else {
        return format!(
            "existing databases: `runner().ignore(\"{}\").baseline(&mut conn, version)` records the version of a \
             database that {name} migrated, if its schema matches",
            tool.table()
        );
    };
    if numbering.renumbered.is_some() {
        return format!(
            "existing databases: `Runner::adopt` can't work, since they have {name}'s own numbers; \
             `runner().baseline(&mut conn, version)` records the version of a database, if its schema matches"
        );
    }
    let mut text = format!(
        "existing databases: `runner().adopt(&mut conn, Origin::{origin})` adopts those that {name} migrated"
    );
    if draft.left.iter().any(|left| left.is_missed) {
        text.push_str("; it refuses those with an applied migration that has no pair");
    }
    if tool == Tool::Refinery && pairs.iter().any(|pair| pair.down.is_none()) {
        text.push_str(
            "; it will report the migrations as edited, since refinery's checksums don't cover the directive",
        );
    }
    text
}
