//! The directive that lets a finding pass.

use migratory_core::sql::names::Name;

use crate::directive::{Assumption, Condition, DirectiveKind, Rule};

/// A directive that lets a finding pass.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Exception {
    /// `allow(<rule>)`.
    Allow(Rule),
    /// `allow(values_move: <table>.<column>)`, for each of the columns.
    AllowColumns {
        /// The table.
        table: Name,
        /// Its columns.
        columns: Vec<Name>,
    },
    /// `assumes(<assumption>)`.
    Assumes(Assumption),
    /// `assumes(<table>: <condition>)`.
    AssumesCondition(Condition),
}

impl Exception {
    /// The rule that it suspends, for the whole file or for some columns.
    pub fn rule(&self) -> Option<Rule> {
        match self {
            Self::Allow(rule) => Some(*rule),
            Self::AllowColumns { .. } => Some(Rule::ValuesMove),
            Self::Assumes(_) | Self::AssumesCondition(_) => None,
        }
    }

    /// The directive as written in a file, without the reason.
    pub fn written(&self) -> String {
        match self {
            Self::Allow(rule) => DirectiveKind::Allow(*rule).written(),
            Self::AllowColumns { table, columns } => {
                let name = |column: &Name| format!("{}.{}", table.written(), column.written());
                let names: Vec<_> = columns.iter().map(name).collect();
                format!("allow({}: {})", Rule::ValuesMove.word(), names.join(", "))
            }
            Self::Assumes(assumption) => DirectiveKind::Assumes(*assumption).written(),
            Self::AssumesCondition(Condition { table, sql }) => {
                format!("assumes({}: {sql})", Name::from(table.as_str()).written())
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::directive::Directive;

    #[test]
    fn an_exception_is_written_as_the_directive_is_read() {
        let (table, columns) = (Name::from("a b"), vec![Name::from("x"), Name::from("order")]);
        let condition = Condition { table: "order".to_owned(), sql: "x > 0".to_owned() };
        for (exception, kind, written) in [
            (
                Exception::Allow(Rule::DropTable),
                DirectiveKind::Allow(Rule::DropTable),
                "allow(drop_table)",
            ),
            (
                Exception::AllowColumns { table, columns },
                DirectiveKind::AllowColumns,
                "allow(values_move: \"a b\".x, \"a b\".\"order\")",
            ),
            (
                Exception::Assumes(Assumption::NoNulls),
                DirectiveKind::Assumes(Assumption::NoNulls),
                "assumes(no_nulls)",
            ),
            (
                Exception::AssumesCondition(condition.clone()),
                DirectiveKind::AssumesCondition,
                "assumes(\"order\": x > 0)",
            ),
        ] {
            assert_eq!(exception.written(), written);
            let body = format!("{written}: a reason");
            let directive = Directive::parse(&body, 0..0).expect(written);
            assert_eq!(directive.kind, kind);
            let is_condition = kind == DirectiveKind::AssumesCondition;
            assert_eq!(directive.condition, is_condition.then(|| condition.clone()));
        }
    }
}
