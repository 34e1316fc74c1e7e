//! The results file, in which each section can be replaced.

use std::fs;

use crate::place::Place;
use crate::{Outcome, section};

/// Replaces the text of a section in the file.
pub(crate) fn put(place: &Place, name: &str, text: &str) -> Outcome {
    let before = match fs::read_to_string(&place.results) {
        Ok(before) => before,
        Err(fault) if fault.kind() == std::io::ErrorKind::NotFound => String::new(),
        Err(fault) => return Err(fault.into()),
    };
    let order: Vec<&str> =
        std::iter::once("machine").chain(section::ALL.iter().map(|section| section.name)).collect();
    Ok(fs::write(&place.results, replaced(&before, &order, name, text))?)
}

/// Returns the document with this section replaced, or inserted in its order. Sections that no
/// longer exist are removed, because nothing would ever update them.
fn replaced(document: &str, order: &[&str], name: &str, text: &str) -> String {
    let part = |section: &str| {
        if section == name {
            return Some(text.trim().to_owned());
        }
        let (_, rest) = document.split_once(&begin(section))?;
        let (body, _) = rest.split_once(&end(section))?;
        Some(body.trim().to_owned())
    };
    let parts = order.iter().filter_map(|section| {
        part(section).map(|body| format!("{}\n{body}\n{}\n", begin(section), end(section)))
    });
    parts.collect::<Vec<_>>().join("\n")
}

fn begin(section: &str) -> String {
    format!("<!-- begin {section} -->")
}

fn end(section: &str) -> String {
    format!("<!-- end {section} -->")
}

#[cfg(test)]
mod tests {
    use super::*;

    const ORDER: [&str; 3] = ["machine", "start", "fresh"];

    #[test]
    fn a_section_is_put_where_it_belongs() {
        let mut document = String::new();
        for (name, text, expected) in [
            ("fresh", "f\n", "<!-- begin fresh -->\nf\n<!-- end fresh -->\n"),
            (
                "machine",
                "m",
                "<!-- begin machine -->\nm\n<!-- end machine -->\n\n\
                 <!-- begin fresh -->\nf\n<!-- end fresh -->\n",
            ),
            (
                "fresh",
                "again",
                "<!-- begin machine -->\nm\n<!-- end machine -->\n\n\
                 <!-- begin fresh -->\nagain\n<!-- end fresh -->\n",
            ),
        ] {
            document = replaced(&document, &ORDER, name, text);
            assert_eq!(document, expected);
        }
        document = replaced(&document, &ORDER, "start", "s");
        let at = |text| document.find(text);
        assert!(at("begin machine") < at("begin start") && at("begin start") < at("begin fresh"));
    }
}
