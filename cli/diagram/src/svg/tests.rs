//! Properties of every picture.

use super::*;
use crate::model::{Column, Key, Table, TableKind};

/// A diagram with every kind of table, key and change.
fn diagram(mark: Mark) -> Diagram {
    let column = |name: &str, keys: &[Key]| Column {
        name: name.to_owned(),
        keys: keys.to_vec(),
        mark,
        ..Column::default()
    };
    let table = |name: &str, kind| Table {
        name: name.to_owned(),
        kind,
        mark,
        columns: vec![column("id", &[Key::Primary]), column("p", &[Key::Foreign, Key::Unique])],
        notes: vec!["UNIQUE (a, b)".to_owned()],
    };
    let relation = |child: &str, parent: &str, is_optional| Relation {
        child: child.to_owned(),
        child_columns: vec!["p".to_owned()],
        parent: parent.to_owned(),
        parent_columns: vec!["id".to_owned()],
        is_optional,
        is_single: !is_optional,
        mark,
        ..Relation::default()
    };
    Diagram {
        tables: vec![
            table("plain", TableKind::Ordinary),
            table("<a> & \"b\"", TableKind::Virtual("fts5".to_owned())),
        ],
        relations: vec![
            relation("plain", "plain", true),
            relation("plain", "<a> & \"b\"", false),
            relation("plain", "elsewhere", true),
        ],
        views: vec!["v".to_owned()],
        removed: vec!["old".to_owned()],
        is_compared: mark != Mark::Same,
    }
}

/// Whether each element is closed where it should be, and everything else is escaped.
fn is_well_formed(xml: &str) -> bool {
    let mut open = Vec::new();
    let mut rest = xml;
    while let Some((text, after)) = rest.split_once('<') {
        let Some((tag, next)) = after.split_once('>') else { return false };
        let mut entities = text.split('&').skip(1).chain(tag.split('&').skip(1));
        let known = ["amp;", "lt;", "gt;", "quot;", "#39;"];
        if !entities.all(|entity| known.iter().any(|known| entity.starts_with(known))) {
            return false;
        }
        let name = tag.split([' ', '/']).find(|name| !name.is_empty()).unwrap_or_default();
        match (tag.starts_with('/'), tag.ends_with('/')) {
            (true, _) if open.pop() != Some(name) => return false,
            (false, false) => open.push(name),
            _ => {}
        }
        rest = next;
    }
    open.is_empty() && !rest.contains('>')
}

#[test]
fn pictures_are_well_formed_and_need_no_other_file() {
    for mark in [Mark::Same, Mark::New, Mark::Changed, Mark::Removed] {
        let svg = diagram(mark).svg("A <title> & \"more\"").svg;
        assert!(is_well_formed(&svg), "{svg}");
        for resource in ["href", "url(", "@import", "<image", "<script"] {
            assert!(!svg.contains(resource), "{resource}");
        }
    }
    assert!(!is_well_formed("<a><b></a>") && !is_well_formed("<a>&</a>"));
}

#[test]
fn every_table_key_and_change_is_shown() {
    let svg = diagram(Mark::Changed).svg("Title").svg;
    for text in [
        "<title>plain, changed</title>",
        "<title>elsewhere, missing</title>",
        "<title>&lt;a&gt; &amp; &quot;b&quot;, fts5 · changed</title>",
        "plain.p references plain.id: any number to at most one, changed",
        "UNIQUE (a, b)</text>",
        ">Views: v</text>",
        ">Removed tables: old</text>",
        ">primary key</text>",
        ">exactly one</text>",
    ] {
        assert!(svg.contains(text), "{text}\n{svg}");
    }
    assert_eq!(svg.matches("<g class=\"edge changed\">").count(), 3);
}

#[test]
fn lines_have_their_parents_color_unless_versions_are_compared() {
    let colored = |mark| diagram(mark).svg("").svg.matches("<g class=\"edge c").count();
    assert_eq!(colored(Mark::Same), 3);
    assert_eq!(colored(Mark::New), 0);
}
