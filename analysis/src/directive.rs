//! Directives at the top of a file: `-- migratory: <key>: <reason>`.

use std::ops::Range;

use migratory_core::Version;
use migratory_core::sql::{lexer, parens};

mod columns;
mod comment;
pub(crate) mod compatible_with;

pub use columns::ColumnName;
pub(crate) use comment::Comment;

macro_rules! words {
    (
        $(#[$doc:meta])*
        $visible:vis enum $name:ident {
            $($(#[$each:meta])* $variant:ident = $word:literal,)*
        }
    ) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        $visible enum $name {
            $($(#[$each])* $variant,)*
        }

        impl $name {
            /// All variants.
            $visible const ALL: &'static [Self] = &[$(Self::$variant),*];

            /// Returns the word for it in a file.
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
    /// A rule that `allow(<rule>)` suspends for a file.
    pub enum Rule {
        /// A table is dropped.
        DropTable = "drop_table",
        /// A column is dropped.
        DropColumn = "drop_column",
        /// All rows of a table are deleted.
        DeleteAll = "delete_all",
        /// Rows are copied by column position.
        PositionalCopy = "positional_copy",
        /// A copy omits rows or columns.
        PartialCopy = "partial_copy",
        /// A copy changes values.
        ValuesMove = "values_move",
        /// A rebuilt table loses an index, a trigger or a constraint.
        LossyRebuild = "lossy_rebuild",
        /// A table is renamed before its replacement exists.
        RenameFirst = "rename_first",
        /// A parent row is replaced, which deletes its children.
        ReplaceParent = "replace_parent",
        /// `IF EXISTS` or `IF NOT EXISTS` hides a difference.
        IfExists = "if_exists",
        /// A foreign key refers to something that does not exist yet.
        ForeignKeyTarget = "foreign_key_target",
        /// An UPDATE overwrites rows for which its subquery finds nothing.
        UnmatchedUpdate = "unmatched_update",
        /// An UPDATE deletes or skips rows that conflict.
        UpdateConflict = "update_conflict",
        /// A statement changes rows that it does not name, by a trigger or a foreign key.
        SideEffects = "side_effects",
        /// A statement returns rows that nobody reads.
        ReturnsRows = "returns_rows",
    }
}

words! {
    /// A fact about the rows of a database that `assumes(<assumption>)` states.
    pub enum Assumption {
        /// No two rows are equal in the columns that matter.
        NoDuplicates = "no_duplicates",
        /// No row holds NULL in the columns that matter.
        NoNulls = "no_nulls",
        /// Every foreign key refers to a row that exists.
        NoOrphans = "no_orphans",
        /// No row refers to one that the file deletes, or whose key it changes.
        NoChildren = "no_children",
    }
}

words! {
    /// The first word of a directive.
    pub(crate) enum Key {
        /// In an up: it has no down.
        Irreversible = "irreversible",
        /// In a down: the up leaves nothing to undo.
        NothingToUndo = "nothing-to-undo",
        /// The script runs outside a transaction.
        NoTransaction = "no-transaction",
        /// The script may break a rule.
        Allow = "allow",
        /// The script relies on a fact about the rows.
        Assumes = "assumes",
        /// The rehearsal does not run the script.
        NoRehearsal = "no-rehearsal",
        /// In an up: older programs may work with a database that has it.
        CompatibleWith = "compatible-with",
        /// The script has a step in Rust.
        Code = "code",
    }
}

/// A directive of a script.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Directive {
    /// Its meaning.
    pub kind: DirectiveKind,
    /// The reason; may be empty for `no-transaction`, `compatible-with` and `code`.
    pub reason: String,
    /// The bytes of the comment in the script.
    pub range: Range<usize>,
    /// The condition of `assumes(<table>: <condition>)`.
    pub condition: Option<Condition>,
    /// The columns of `allow(values_move: <table>.<column>)`; empty for all other directives.
    pub columns: Vec<ColumnName>,
}

/// A condition that every row of a table meets, stated by `assumes(entry: amount > 0)`.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Condition {
    /// The table.
    pub table: String,
    /// An SQL expression over its columns.
    pub sql: String,
}

/// The meaning of a directive.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum DirectiveKind {
    /// The migration has no down.
    Irreversible,
    /// The up leaves nothing to undo.
    NothingToUndo,
    /// The script runs outside a transaction.
    NoTransaction,
    /// The script may break this rule.
    Allow(Rule),
    /// The script may change the values of [`Directive::columns`] in a copy.
    AllowColumns,
    /// The script relies on this fact about the rows.
    Assumes(Assumption),
    /// The script relies on [`Directive::condition`].
    AssumesCondition,
    /// The rehearsal does not run the script.
    NoRehearsal,
    /// Programs whose newest migration is this version or a later one may work with the database.
    CompatibleWith(Version),
    /// The script has a step in Rust.
    Code,
}

/// A fault in a directive.
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
    /// The placeholder `<reason>`, copied from a message.
    ReasonNotWritten,
    /// A rule that can't be limited to columns, or text after it that names no column.
    NoColumns {
        rule: &'a str,
        written: &'a str,
    },
    /// `compatible-with`, followed by this text where a version should be.
    NoVersion(&'a str),
}

impl Key {
    /// Whether the directive must say why.
    pub(crate) fn needs_reason(self) -> bool {
        !matches!(self, Self::NoTransaction | Self::CompatibleWith | Self::Code)
    }
}

impl Directive {
    /// Parses what follows `-- migratory:`.
    pub(crate) fn parse(body: &str, range: Range<usize>) -> Result<Self, Fault<'_>> {
        if let Some((condition, rest)) = Condition::split(body) {
            let directive = Self::with_reason(DirectiveKind::AssumesCondition, rest, range)?;
            return Ok(Self { condition: Some(condition), ..directive });
        }
        if let Some((columns, rest)) = columns::split(body) {
            let directive = Self::with_reason(DirectiveKind::AllowColumns, rest, range)?;
            return Ok(Self { columns: columns?, ..directive });
        }
        let (directive, reason) = match body.split_once(':') {
            Some((directive, reason)) => (directive.trim(), reason.trim()),
            None => (body.trim(), ""),
        };
        if let Some(written) = compatible_with::argument(directive) {
            let version = compatible_with::version(written).ok_or(Fault::NoVersion(written))?;
            let kind = DirectiveKind::CompatibleWith(version);
            return Self::new(kind, reason, range);
        }
        let (word, inside) = match directive.split_once('(') {
            Some((word, inside)) => (word.trim(), Some(inside.trim_end_matches(')').trim())),
            None => (directive, None),
        };
        let key = Key::parse(word).ok_or(Fault::UnknownKey(word))?;
        let kind = DirectiveKind::parse(key, inside)?;
        if reason.is_empty() && key.needs_reason() {
            return Err(Fault::ReasonMissing);
        }
        Self::new(kind, reason, range)
    }

    /// Creates a directive with the reason in the text after its parenthesis, which must not be empty.
    fn with_reason(
        kind: DirectiveKind,
        rest: &str,
        range: Range<usize>,
    ) -> Result<Self, Fault<'_>> {
        match rest.trim().strip_prefix(':').unwrap_or_default().trim() {
            "" => Err(Fault::ReasonMissing),
            reason => Self::new(kind, reason, range),
        }
    }

    fn new<'a>(kind: DirectiveKind, reason: &str, range: Range<usize>) -> Result<Self, Fault<'a>> {
        if reason == "<reason>" {
            return Err(Fault::ReasonNotWritten);
        }
        let (reason, columns) = (reason.to_owned(), Vec::new());
        Ok(Self { kind, reason, range, condition: None, columns })
    }
}

impl Condition {
    /// Splits `assumes(<table>: <condition>)` into the condition and the text after its closing parenthesis.
    fn split(body: &str) -> Option<(Self, &str)> {
        let rest = body.trim_start().strip_prefix(Key::Assumes.word())?.trim_start();
        let tokens: Vec<_> = lexer::meaningful(rest).collect();
        let group = parens::group(&tokens, 0)?;
        let close = tokens.get(group.end)?;
        let (table, sql) = parens::inner(rest, &tokens, &group).split_once(':')?;
        let (table, sql) = (table.trim(), sql.trim());
        if table.is_empty() || sql.is_empty() {
            return None;
        }
        let table = lexer::meaningful(table).next()?.unquoted().into_owned();
        Some((Self { table, sql: sql.to_owned() }, rest.get(close.end()..)?))
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
            Key::CompatibleWith => return Err(Fault::NoVersion("")),
            Key::Code => Self::Code,
        })
    }

    /// Whether a file may have only one of the two.
    pub(crate) fn excludes(self, other: Self) -> bool {
        let name_versions =
            [self, other].iter().all(|each| matches!(each, Self::CompatibleWith(_)));
        // A file may state several conditions, and name several columns.
        let may_repeat = matches!(self, Self::AssumesCondition | Self::AllowColumns);
        (self == other && !may_repeat) || name_versions
    }

    /// Returns the directive as written in a file, without version and reason.
    pub fn written(self) -> String {
        match self {
            Self::Irreversible => Key::Irreversible.word().to_owned(),
            Self::NothingToUndo => Key::NothingToUndo.word().to_owned(),
            Self::NoTransaction => Key::NoTransaction.word().to_owned(),
            Self::Allow(rule) => format!("allow({})", rule.word()),
            Self::AllowColumns => format!("allow({}: ..)", Rule::ValuesMove.word()),
            Self::Assumes(assumption) => format!("assumes({})", assumption.word()),
            Self::AssumesCondition => format!("{}(..)", Key::Assumes.word()),
            Self::NoRehearsal => Key::NoRehearsal.word().to_owned(),
            Self::CompatibleWith(_) => Key::CompatibleWith.word().to_owned(),
            Self::Code => Key::Code.word().to_owned(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn directives_are_parsed_with_their_reasons() {
        use DirectiveKind::{Allow, Code, CompatibleWith, Irreversible, NoTransaction};
        for (body, kind, reason) in [
            ("irreversible: a: b", Irreversible, "a: b"),
            ("no-transaction", NoTransaction, ""),
            ("no-transaction : VACUUM", NoTransaction, "VACUUM"),
            ("allow(drop_table):x", Allow(Rule::DropTable), "x"),
            ("allow( drop_table ) : x", Allow(Rule::DropTable), "x"),
            ("compatible-with 3", CompatibleWith(Version::new(3)), ""),
            ("compatible-with  0003 : an index: x", CompatibleWith(Version::new(3)), "an index: x"),
            ("code", Code, ""),
            (
                "assumes(entry: amount > 0): refunds are kept elsewhere",
                DirectiveKind::AssumesCondition,
                "refunds are kept elsewhere",
            ),
            (
                "assumes(\"a b\": kind IN ('x', ':)')): all: of them",
                DirectiveKind::AssumesCondition,
                "all: of them",
            ),
            ("code: hashes: x", Code, "hashes: x"),
            ("allow(values_move: job.state): renamed", DirectiveKind::AllowColumns, "renamed"),
        ] {
            let parsed = Directive::parse(body, 0..0).expect(body);
            assert_eq!((parsed.kind, parsed.reason.as_str()), (kind, reason), "{body}");
        }
    }

    #[test]
    fn a_condition_ends_at_the_matching_parenthesis() {
        for (body, table, sql) in [
            ("assumes(entry: amount > 0): x", "entry", "amount > 0"),
            (
                "assumes( [a b] : lower(kind) IN ('x)', \"y\") ) : x",
                "a b",
                "lower(kind) IN ('x)', \"y\")",
            ),
        ] {
            let condition = Directive::parse(body, 0..0).expect(body).condition.expect(body);
            assert_eq!((condition.table.as_str(), condition.sql.as_str()), (table, sql));
        }
    }

    #[test]
    fn malformed_directives_are_refused() {
        for (body, fault) in [
            ("", Fault::UnknownKey("")),
            ("irreversable: x", Fault::UnknownKey("irreversable")),
            ("irreversible", Fault::ReasonMissing),
            ("irreversible: ", Fault::ReasonMissing),
            ("irreversible(x): y", Fault::NoRuleTaken { key: Key::Irreversible }),
            ("allow: x", Fault::UnknownRule { key: Key::Allow, word: "" }),
            ("assumes(x): y", Fault::UnknownRule { key: Key::Assumes, word: "x" }),
            ("compatible-with", Fault::NoVersion("")),
            ("compatible-with: 3", Fault::NoVersion("")),
            ("compatible-with v3", Fault::NoVersion("v3")),
            ("compatible-with 3 an index", Fault::NoVersion("3 an index")),
            ("compatible-with(3): an index", Fault::NoVersion("(3)")),
            ("compatible with 3", Fault::UnknownKey("compatible with 3")),
            ("assumes(entry: amount > 0)", Fault::ReasonMissing),
            ("irreversible: <reason>", Fault::ReasonNotWritten),
            ("allow(drop_table): <reason>", Fault::ReasonNotWritten),
            ("assumes(entry: amount > 0): <reason>", Fault::ReasonNotWritten),
            ("allow(values_move: job.state): <reason>", Fault::ReasonNotWritten),
            ("allow(values_move: job.state)", Fault::ReasonMissing),
            (
                "allow(values_move: state): x",
                Fault::NoColumns { rule: "values_move", written: "state" },
            ),
            ("allow(drop_table: job): x", Fault::NoColumns { rule: "drop_table", written: "job" }),
            ("code(x)", Fault::NoRuleTaken { key: Key::Code }),
            ("code x", Fault::UnknownKey("code x")),
        ] {
            assert_eq!(Directive::parse(body, 0..0), Err(fault), "{body}");
        }
    }
}
