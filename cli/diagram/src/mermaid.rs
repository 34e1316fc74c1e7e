//! Writes the schema as a Mermaid diagram, a text that many sites draw.

use std::fmt::Write as _;

use crate::model::{Column, Diagram, Key, Mark, Table, TableKind};
use crate::resolved::{Edge, Resolved};

impl Diagram {
    /// Returns the diagram as a Mermaid `erDiagram`.
    ///
    /// Mermaid escapes nothing, so characters that it can't take in a name become `_`.
    ///
    /// ```
    /// use migratory_diagram::Diagram;
    ///
    /// let diagram = Diagram { views: vec!["recent".into()], ..Diagram::default() };
    /// assert_eq!(diagram.mermaid("Notes"), "erDiagram\n    accTitle: Notes\n    %% views: recent\n");
    /// ```
    pub fn mermaid(&self, title: &str) -> String {
        let resolved = Resolved::new(self);
        let mut text = format!("erDiagram\n    accTitle: {}\n", quoted(title));
        for table in &resolved.tables {
            self::table(&mut text, table);
        }
        for edge in &resolved.edges {
            relation(&mut text, &resolved, edge);
        }
        footer(&mut text, self);
        text
    }
}

/// Writes the names that have no box, and the colors of the marks.
fn footer(text: &mut String, diagram: &Diagram) {
    for (lead, names) in [("views", &diagram.views), ("removed", &diagram.removed)] {
        if !names.is_empty() {
            let _ = writeln!(text, "    %% {lead}: {}", quoted(&names.join(", ")));
        }
    }
    for (mark, style) in
        [(Mark::New, "fill:#dcf3e2,stroke:#2c9a4b"), (Mark::Changed, "fill:#fdf0d2,stroke:#c98a10")]
    {
        if diagram.tables.iter().any(|table| table.mark == mark) {
            let _ = writeln!(text, "    classDef {} {style},color:#1c2430", mark.word());
        }
    }
}

fn table(text: &mut String, table: &Table) {
    let kind = match &table.kind {
        TableKind::Ordinary => String::new(),
        TableKind::Virtual(module) => format!(" ({module})"),
        TableKind::Missing => " (missing)".to_owned(),
    };
    let name = quoted(&table.name);
    let _ = write!(text, "    \"{name}\"");
    let mark = table.mark.word();
    let label = format!("{}{kind}{}", name, mark_of(mark));
    if label != name {
        let _ = write!(text, "[\"{label}\"]");
    }
    if !mark.is_empty() {
        let _ = write!(text, ":::{mark}");
    }
    if table.columns.is_empty() {
        text.push('\n');
        return;
    }
    text.push_str(" {\n");
    for column in &table.columns {
        self::column(text, column);
    }
    text.push_str("    }\n");
}

fn mark_of(word: &str) -> String {
    if word.is_empty() { String::new() } else { format!(" · {word}") }
}

fn column(text: &mut String, column: &Column) {
    let name = word(&column.name);
    let declared = match column.declared.as_str() {
        "" => "untyped".to_owned(),
        declared => word(declared),
    };
    let _ = write!(text, "        {declared} {name}");
    // Mermaid's word for UNIQUE is UK.
    let keys = column.keys.iter().map(|key| if *key == Key::Unique { "UK" } else { key.label() });
    let keys = keys.collect::<Vec<_>>().join(", ");
    if !keys.is_empty() {
        let _ = write!(text, " {keys}");
    }
    let written = quoted(&column.name);
    let notes = [
        if name == written { "" } else { written.as_str() },
        if column.is_not_null { "NOT NULL" } else { "" },
        if column.is_generated { "generated" } else { "" },
        column.mark.word(),
    ];
    let notes: Vec<_> = notes.into_iter().filter(|word| !word.is_empty()).collect();
    if !notes.is_empty() {
        let _ = write!(text, " \"{}\"", notes.join(", "));
    }
    text.push('\n');
}

fn relation(text: &mut String, resolved: &Resolved<'_>, edge: &Edge<'_>) {
    let relation = edge.relation;
    let [parent, child] =
        [edge.parent, edge.child].map(|table| quoted(&resolved.tables[table].name));
    let one = if relation.is_optional { "|o" } else { "||" };
    let many = if relation.is_single { "o|" } else { "o{" };
    let columns: Vec<_> = relation.child_columns.iter().map(|name| quoted(name)).collect();
    let mark = mark_of(relation.mark.word());
    let label = columns.join(", ");
    let _ = writeln!(text, "    \"{parent}\" {one}--{many} \"{child}\" : \"{label}{mark}\"");
}

/// Prepares a text for Mermaid's quotes. Mermaid has no escapes, and reads angle brackets as HTML.
fn quoted(text: &str) -> String {
    text.chars()
        .map(|it| if it.is_control() || "\"%\\<>".contains(it) { '_' } else { it })
        .collect()
}

/// Turns a text into a word without quotes that isn't one of Mermaid's keywords.
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
    fn words_are_valid_in_mermaid() {
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
