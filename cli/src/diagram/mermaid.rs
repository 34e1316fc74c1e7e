//! The schema as a Mermaid diagram, which many sites draw from the text.

use std::fmt::Write as _;

use super::model::{Entity, Kind, Mark, Model};
use super::relation::Relation;
use super::row::Row;

/// The schema as an `erDiagram`.
pub(crate) fn mermaid(model: &Model, title: &str) -> String {
    let mut text = format!("erDiagram\n    accTitle: {}\n", quoted(title));
    for entity in &model.entities {
        self::entity(&mut text, entity);
    }
    for relation in &model.relations {
        self::relation(&mut text, model, relation);
    }
    for (lead, names) in [("views", &model.views), ("gone", &model.gone)] {
        if !names.is_empty() {
            let _ = writeln!(text, "    %% {lead}: {}", quoted(&names.join(", ")));
        }
    }
    for (mark, style) in
        [(Mark::New, "fill:#dcf3e2,stroke:#2c9a4b"), (Mark::Changed, "fill:#fdf0d2,stroke:#c98a10")]
    {
        if model.entities.iter().any(|entity| entity.mark == mark) {
            let _ = writeln!(text, "    classDef {} {style},color:#1c2430", mark.word());
        }
    }
    text
}

fn entity(text: &mut String, entity: &Entity) {
    let kind = match &entity.kind {
        Kind::Table => String::new(),
        Kind::Virtual(module) => format!(" ({module})"),
        Kind::Missing => " (missing)".to_owned(),
    };
    let name = quoted(entity.name.as_str());
    let _ = write!(text, "    \"{name}\"");
    let mark = entity.mark.word();
    let label = format!("{}{kind}{}", name, mark_of(mark));
    if label != name {
        let _ = write!(text, "[\"{label}\"]");
    }
    if !mark.is_empty() {
        let _ = write!(text, ":::{mark}");
    }
    if entity.rows.is_empty() {
        text.push('\n');
        return;
    }
    text.push_str(" {\n");
    for row in &entity.rows {
        self::row(text, row);
    }
    text.push_str("    }\n");
}

fn mark_of(word: &str) -> String {
    if word.is_empty() { String::new() } else { format!(" · {word}") }
}

fn row(text: &mut String, row: &Row) {
    let name = word(row.name.as_str());
    let declared = if row.declared.is_empty() { "untyped".to_owned() } else { word(&row.declared) };
    let _ = write!(text, "        {declared} {name}");
    let keys = row.keys.iter().map(|key| if *key == "UQ" { "UK" } else { key });
    let keys = keys.collect::<Vec<_>>().join(", ");
    if !keys.is_empty() {
        let _ = write!(text, " {keys}");
    }
    let written = quoted(row.name.as_str());
    let told = [
        if name == written { "" } else { written.as_str() },
        if row.is_not_null { "NOT NULL" } else { "" },
        if row.is_generated { "generated" } else { "" },
        row.mark.word(),
    ];
    let told: Vec<_> = told.into_iter().filter(|word| !word.is_empty()).collect();
    if !told.is_empty() {
        let _ = write!(text, " \"{}\"", told.join(", "));
    }
    text.push('\n');
}

fn relation(text: &mut String, model: &Model, relation: &Relation) {
    let [parent, child] = [relation.parent, relation.child]
        .map(|entity| quoted(model.entities[entity].name.as_str()));
    let one = if relation.is_optional { "|o" } else { "||" };
    let many = if relation.is_single { "o|" } else { "o{" };
    let columns: Vec<_> = relation.child_columns.iter().map(|name| quoted(name.as_str())).collect();
    let mark = mark_of(relation.mark.word());
    let label = columns.join(", ");
    let _ = writeln!(text, "    \"{parent}\" {one}--{many} \"{child}\" : \"{label}{mark}\"");
}

/// A text as it may stand between quotes, where Mermaid takes angle brackets for HTML.
fn quoted(text: &str) -> String {
    text.chars()
        .map(|it| if it.is_control() || "\"%\\<>".contains(it) { '_' } else { it })
        .collect()
}

/// A text as it may stand without quotes, and is no mark of a key.
fn word(text: &str) -> String {
    let is_plain = |it: char| it.is_ascii_alphanumeric() || "_()".contains(it) || it >= '\u{c0}';
    let word: String = text.chars().map(|it| if is_plain(it) { it } else { '_' }).collect();
    let is_key = ["PK", "FK", "UK"].iter().any(|key| word.eq_ignore_ascii_case(key));
    let begins =
        word.starts_with(|it: char| it.is_ascii_alphabetic() || it == '_' || it >= '\u{c0}');
    if is_key || !begins { format!("_{word}") } else { word }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_what_mermaid_takes_for_words() {
        for (text, expected) in [
            ("id", "id"),
            ("VARCHAR(20)", "VARCHAR(20)"),
            ("DECIMAL(10, 2)", "DECIMAL(10__2)"),
            ("pk", "_pk"),
            ("2nd", "_2nd"),
            ("größe", "größe"),
            ("a\"b", "a_b"),
        ] {
            assert_eq!(word(text), expected, "{text}");
        }
    }
}
