//! What the person has to know beside the table.

use super::draft::{Draft, Left};
use super::number::Numbering;
use super::pair::Pair;
use super::tool::Tool;

/// The remarks on the whole set, in the order in which they matter.
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
    let (what, each) = match left.iter().filter(|left| left.is_missed).count() {
        0 => return None,
        1 => ("1 migration that was left out".to_owned(), "it"),
        many => (format!("{many} migrations that were left out"), "each of them"),
    };
    Some(format!(
        "no pair does the work of {what}: write one by hand for {each}, at its place in the order; \
         `-- migratory: code` at the head of a file gives it a step in Rust"
    ))
}

fn numbers(tool: Tool, numbering: &Numbering) -> Option<String> {
    if let Some(why) = &numbering.renumbered {
        return Some(format!("numbered anew, in the order of {}: {why}", tool.name()));
    }
    let last = numbering.accept_through?;
    Some(format!(
        "the numbers are those of {}, so that its databases can be taken over; they are no sequence without gaps, \
         nor dates: say `accept_through = {last}` in `embed_migrations!`",
        tool.name()
    ))
}

fn irreversible(tool: Tool, numbering: &Numbering, pairs: &[Pair]) -> Option<String> {
    let last = numbering.last()?;
    let count = pairs.iter().filter(|pair| pair.down.is_none()).count();
    let (who, way) = match count {
        0 => return None,
        1 => ("1 migration has no down and says".to_owned(), "write it, or delete the directive"),
        many => (
            format!("{many} migrations have no down and say"),
            "write those that you need, or delete the directives",
        ),
    };
    Some(format!(
        "{who} `irreversible: imported from {}, which had no down`: {way} and say `accept_through = {last}`",
        tool.name()
    ))
}

/// How databases that the tool migrated come over.
fn databases(tool: Tool, draft: &Draft, numbering: &Numbering, pairs: &[Pair]) -> String {
    let name = tool.name();
    let Some(origin) = tool.origin() else {
        return format!(
            "databases that {name} migrated: `runner().ignore(\"{}\").baseline(&mut conn, version)` records them as \
             being at a version, once their schema is seen to be that version's",
            tool.table()
        );
    };
    if numbering.renumbered.is_some() {
        return format!(
            "databases that {name} migrated: `Runner::adopt` will not work, since they hold {name}'s own numbers; \
             `runner().baseline(&mut conn, version)` records them as being at a version, once their schema is \
             seen to be that version's"
        );
    }
    let mut told = format!(
        "databases that {name} migrated: `runner().adopt(&mut conn, Origin::{origin})` takes them over"
    );
    if draft.left.iter().any(|left| left.is_missed) {
        told.push_str("; it refuses those in which a migration was applied that has no pair");
    }
    if tool == Tool::Refinery && pairs.iter().any(|pair| pair.down.is_none()) {
        told.push_str(
            "; it will call the migrations edited, since refinery's checksums are over texts without the directive",
        );
    }
    told
}
