//! Notes to migratory at the head of a file: `-- migratory: <key>: <reason>`.

use std::ops::Range;

use migratory_runtime::__private::directive;
use migratory_runtime::lexer::Token;

use crate::spelling;

macro_rules! words {
    (
        $(#[$doc:meta])*
        $visible:vis enum $name:ident {
            $($(#[$each:meta])* $variant:ident = $word:literal,)*
        }
    ) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        #[non_exhaustive]
        $visible enum $name {
            $($(#[$each])* $variant,)*
        }

        impl $name {
            /// All there are.
            $visible const ALL: &'static [Self] = &[$(Self::$variant),*];

            /// The word that stands in a file.
            $visible const fn word(self) -> &'static str {
                match self {
                    $(Self::$variant => $word,)*
                }
            }

            pub(crate) fn parse(word: &str) -> Option<Self> {
                Self::ALL.iter().copied().find(|each| each.word() == word)
            }
        }
    };
}

words! {
    /// A rule that `allow(<rule>)` takes an exception from.
    pub enum Rule {
        /// A table is dropped.
        DropTable = "drop_table",
        /// A column is dropped.
        DropColumn = "drop_column",
        /// All rows of a table are deleted.
        DeleteAll = "delete_all",
        /// Rows are copied by the position of their columns.
        PositionalCopy = "positional_copy",
        /// A copy leaves rows or columns behind.
        PartialCopy = "partial_copy",
        /// A rebuilt table lacks an index, a trigger or a constraint.
        LossyRebuild = "lossy_rebuild",
        /// A table is renamed before its successor exists.
        RenameFirst = "rename_first",
        /// A parent is replaced, which deletes its children.
        ReplaceParent = "replace_parent",
        /// `IF EXISTS` or `IF NOT EXISTS` hides a difference.
        IfExists = "if_exists",
        /// A statement returns rows that nobody reads.
        ReturnsRows = "returns_rows",
    }
}

words! {
    /// What `assumes(<assumption>)` takes for granted of the rows in a database.
    pub enum Assumption {
        /// No two rows are alike in the columns that matter.
        NoDuplicates = "no_duplicates",
        /// No row holds NULL in the columns that matter.
        NoNulls = "no_nulls",
    }
}

words! {
    /// The words that a directive begins with.
    pub(crate) enum Key {
        /// Of an up: there is no way back.
        Irreversible = "irreversible",
        /// Of a down: the up left nothing to undo.
        NothingToUndo = "nothing-to-undo",
        /// The script runs outside of any transaction.
        NoTransaction = "no-transaction",
        /// An exception from a rule.
        Allow = "allow",
        /// Something that is taken for granted.
        Assumes = "assumes",
        /// The script is not run while the program compiles.
        NoRehearsal = "no-rehearsal",
    }
}

/// A directive of a script.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Directive {
    /// What it says.
    pub kind: DirectiveKind,
    /// Why; empty only for `no-transaction`, which needs no reason.
    pub reason: String,
    /// Where the comment stands, in bytes of the script.
    pub range: Range<usize>,
}

/// What a directive says.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum DirectiveKind {
    /// There is no way back.
    Irreversible,
    /// The up left nothing to undo.
    NothingToUndo,
    /// The script runs outside of any transaction.
    NoTransaction,
    /// An exception from a rule.
    Allow(Rule),
    /// Something that is taken for granted of the rows.
    Assumes(Assumption),
    /// The script is not run while the program compiles.
    NoRehearsal,
}

/// What is wrong with a directive.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Fault<'a> {
    UnknownKey(&'a str),
    UnknownRule {
        key: Key,
        word: &'a str,
    },
    /// Parentheses after a key that takes none.
    NoRuleTaken {
        key: Key,
    },
    ReasonMissing,
}

impl Directive {
    /// Parses what follows `-- migratory:`.
    pub(crate) fn parse(body: &str, range: Range<usize>) -> Result<Self, Fault<'_>> {
        let (said, reason) = match body.split_once(':') {
            Some((said, reason)) => (said.trim(), reason.trim()),
            None => (body.trim(), ""),
        };
        let (word, inside) = match said.split_once('(') {
            Some((word, inside)) => (word.trim(), Some(inside.trim_end_matches(')').trim())),
            None => (said, None),
        };
        let key = Key::parse(word).ok_or(Fault::UnknownKey(word))?;
        let kind = DirectiveKind::parse(key, inside)?;
        if reason.is_empty() && kind != DirectiveKind::NoTransaction {
            return Err(Fault::ReasonMissing);
        }
        Ok(Self { kind, reason: reason.to_owned(), range })
    }
}

impl DirectiveKind {
    fn parse(key: Key, inside: Option<&str>) -> Result<Self, Fault<'_>> {
        let word = inside.unwrap_or_default();
        let unknown = Fault::UnknownRule { key, word };
        Ok(match key {
            Key::Allow => Self::Allow(Rule::parse(word).ok_or(unknown)?),
            Key::Assumes => Self::Assumes(Assumption::parse(word).ok_or(unknown)?),
            _ if inside.is_some() => return Err(Fault::NoRuleTaken { key }),
            Key::Irreversible => Self::Irreversible,
            Key::NothingToUndo => Self::NothingToUndo,
            Key::NoTransaction => Self::NoTransaction,
            Key::NoRehearsal => Self::NoRehearsal,
        })
    }

    /// What stands in a file, up to the reason.
    pub(crate) fn written(self) -> String {
        match self {
            Self::Irreversible => Key::Irreversible.word().to_owned(),
            Self::NothingToUndo => Key::NothingToUndo.word().to_owned(),
            Self::NoTransaction => Key::NoTransaction.word().to_owned(),
            Self::Allow(rule) => format!("allow({})", rule.word()),
            Self::Assumes(assumption) => format!("assumes({})", assumption.word()),
            Self::NoRehearsal => Key::NoRehearsal.word().to_owned(),
        }
    }
}

/// What a comment is to migratory.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Comment<'a> {
    /// What follows `-- migratory:`.
    Directive(&'a str),
    /// Nearly a directive: what would follow if it were written rightly.
    Near(&'a str),
    /// A comment for people.
    Prose,
}

impl<'a> Comment<'a> {
    pub(crate) fn of(token: Token<'a>) -> Self {
        match directive(token) {
            Some(body) => Self::Directive(body),
            None => near(token.text).map_or(Self::Prose, Self::Near),
        }
    }
}

/// Prose may well speak of migratory: a comment is nearly a directive if a key follows, or a colon.
fn near(comment: &str) -> Option<&str> {
    let body = comment
        .trim_end_matches("*/")
        .trim_start_matches(['-', '/', '*', '!', '#', ' ', '\t'])
        .trim_end();
    let (word, rest) = split_word(body);
    let after = rest.trim_start();
    let said = after.strip_prefix(':').unwrap_or(after).trim_start();
    let is_ours = word.eq_ignore_ascii_case("migratory");
    let has_colon = after.starts_with(':');
    let nearly_ours = has_colon && spelling::nearest(word, ["migratory"]).is_some();
    let meant = (is_ours && has_colon) || ((is_ours || nearly_ours) && begins_with_key(said));
    (meant && !said.contains('\n')).then_some(said)
}

fn begins_with_key(said: &str) -> bool {
    let (word, rest) = split_word(said);
    let keys = Key::ALL.iter().map(|key| key.word());
    let ends = rest.trim_start().is_empty() || rest.trim_start().starts_with([':', '(']);
    ends && spelling::nearest(word, keys).is_some()
}

fn split_word(text: &str) -> (&str, &str) {
    let is_word = |letter: char| letter.is_alphanumeric() || matches!(letter, '_' | '-');
    text.split_at(text.find(|letter| !is_word(letter)).unwrap_or(text.len()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use migratory_runtime::lexer;

    #[test]
    fn directives_are_parsed_with_their_reasons() {
        use DirectiveKind::{Allow, Irreversible, NoTransaction};
        for (body, kind, reason) in [
            ("irreversible: a: b", Irreversible, "a: b"),
            ("no-transaction", NoTransaction, ""),
            ("no-transaction : VACUUM", NoTransaction, "VACUUM"),
            ("allow(drop_table):x", Allow(Rule::DropTable), "x"),
            ("allow( drop_table ) : x", Allow(Rule::DropTable), "x"),
        ] {
            let parsed = Directive::parse(body, 0..0).expect(body);
            assert_eq!((parsed.kind, parsed.reason.as_str()), (kind, reason), "{body}");
        }
    }

    #[test]
    fn each_fault_has_a_name() {
        for (body, fault) in [
            ("", Fault::UnknownKey("")),
            ("irreversable: x", Fault::UnknownKey("irreversable")),
            ("irreversible", Fault::ReasonMissing),
            ("irreversible: ", Fault::ReasonMissing),
            ("irreversible(x): y", Fault::NoRuleTaken { key: Key::Irreversible }),
            ("allow: x", Fault::UnknownRule { key: Key::Allow, word: "" }),
            ("assumes(x): y", Fault::UnknownRule { key: Key::Assumes, word: "x" }),
        ] {
            assert_eq!(Directive::parse(body, 0..0), Err(fault), "{body}");
        }
    }

    #[test]
    fn near_misses_are_told_from_prose() {
        let comment = |text| lexer::tokens(text).next().map(Comment::of);
        for near in [
            "--migratory irreversible: x",
            "-- Migratory: irreversible: x",
            "/* migratory: irreversible: x */",
            "--- migratory: irreversible: x",
            "-- migratroy: irreversible: x",
            "-- migratory : irreversible: x",
            "-- migration: irreversible: x",
        ] {
            assert_eq!(comment(near), Some(Comment::Near("irreversible: x")), "{near}");
        }
        for prose in [
            "-- migratory runs this in one transaction",
            "-- migratory allows this",
            "-- migration: adds users",
            "-- Note: irreversible",
            "-- migrate: allow nulls",
            "/* migratory */",
            "--",
        ] {
            assert_eq!(comment(prose), Some(Comment::Prose), "{prose}");
        }
        let right = "-- migratory: irreversible: x";
        assert_eq!(comment(right), Some(Comment::Directive("irreversible: x")));
    }
}
