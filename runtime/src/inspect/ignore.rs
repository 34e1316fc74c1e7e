//! Patterns for objects that an application adds to the schema on purpose.

use std::borrow::Cow;

use migratory_core::sql::lexer::is_same;

use crate::db::schema::Object;
use crate::origin::Origin;

/// Patterns of names: `*` matches any characters, `?` matches one, and case doesn't matter.
#[derive(Clone, Debug)]
pub(crate) struct Ignore<'a> {
    patterns: Vec<Cow<'a, str>>,
    /// Compares a pattern with a name. Only a program that adds patterns links the comparison.
    fits: fn(&str, &str) -> bool,
}

impl<'a> Ignore<'a> {
    pub(crate) const NONE: Self = Self { patterns: Vec::new(), fits: |_, _| false };

    pub(crate) fn add(&mut self, pattern: Cow<'a, str>) {
        self.patterns.push(pattern);
        self.fits = fits;
    }

    /// Returns whether the object, or the table it belongs to, is ignored. Other libraries' history
    /// tables always are.
    pub(crate) fn covers(&self, object: &Object) -> bool {
        self.covers_any(&object.name, &object.table)
    }

    /// Returns whether an object of this name, or the table it belongs to, is ignored.
    pub(crate) fn covers_any(&self, name: &str, table: &str) -> bool {
        [name, table].into_iter().any(|name| {
            self.patterns.iter().any(|pattern| (self.fits)(pattern, name))
                || Origin::ALL.iter().any(|it| it.table().is_some_and(|it| is_same(it, name)))
        })
    }
}

/// Matches with backtracking only to the latest star: it can match whatever an earlier star could.
fn fits(pattern: &str, name: &str) -> bool {
    let (pattern, name): (Vec<char>, Vec<char>) = (lower(pattern), lower(name));
    let (mut p, mut n) = (0, 0);
    let mut star = None;
    while n < name.len() {
        match pattern.get(p) {
            Some('*') => {
                star = Some((p, n));
                p += 1;
            }
            Some(&wanted) if wanted == '?' || wanted == name[n] => {
                p += 1;
                n += 1;
            }
            _ => {
                let Some((at, taken)) = star else { return false };
                star = Some((at, taken + 1));
                (p, n) = (at + 1, taken + 1);
            }
        }
    }
    pattern[p..].iter().all(|&rest| rest == '*')
}

fn lower(text: &str) -> Vec<char> {
    text.chars().flat_map(char::to_lowercase).collect()
}

#[cfg(test)]
mod tests {
    use super::fits;

    #[test]
    fn patterns_match_whole_names() {
        for (pattern, name, expected) in [
            ("fts_*", "fts_note", true),
            ("fts_*", "FTS_", true),
            ("fts_*", "afts_note", false),
            ("*_log", "a_log_log", true),
            ("*a*b", "xaxxb", true),
            ("*a*b", "xaxxbc", false),
            ("no?e", "note", true),
            ("no?e", "noe", false),
            ("note", "note", true),
            ("", "", true),
            ("", "a", false),
            ("*", "", true),
        ] {
            assert_eq!(fits(pattern, name), expected, "{pattern} {name}");
        }
    }
}
