//! A rule as a value: what it reports, in which scripts, and the exception that suspends it.

use std::ops::Range;

use super::Facts;
use migratory_analysis::{Code, Diagnostic, Exception, Rule, Subject};

/// A rule for scripts.
pub(super) struct ScriptRule {
    /// The code of its findings.
    pub(super) code: Code,
    /// What `allow(..)` calls it; `None` if no file may break it.
    pub(super) allow: Option<Rule>,
    pub(super) scripts: Scripts,
    /// Returns the findings in such a script, without the help that names the exception.
    pub(super) check: fn(&Facts<'_>) -> Vec<Diagnostic>,
}

/// The scripts that a rule checks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Scripts {
    /// Ups only: a down may take away what its up made.
    Ups,
    /// Ups and downs.
    All,
}

impl ScriptRule {
    /// Whether the rule checks this script, and the file doesn't allow what it refuses.
    pub(super) fn applies(&self, facts: &Facts<'_>) -> bool {
        (facts.is_up || self.scripts == Scripts::All)
            && !self.allow.is_some_and(|rule| facts.allows(rule))
    }

    /// Returns the findings in a script, each with the exception that allows it.
    pub(super) fn findings(&self, facts: &Facts<'_>) -> Vec<Diagnostic> {
        if !self.applies(facts) {
            return Vec::new();
        }
        let found = (self.check)(facts).into_iter();
        found
            .map(|finding| match self.allow {
                Some(rule) => finding.unless_meant(Exception::Allow(rule)),
                None => finding,
            })
            .collect()
    }

    /// Returns an error about these objects, at a place in the script.
    pub(super) fn error(
        &self,
        facts: &Facts<'_>,
        subject: impl IntoIterator<Item = Subject>,
        message: impl Into<String>,
        range: Range<usize>,
    ) -> Diagnostic {
        Diagnostic::about(self.code, subject, message).on(&facts.script.file, range, "")
    }
}

#[cfg(test)]
mod tests {
    use migratory_core::Direction;

    use super::*;
    use crate::rules::harness::with;

    const RULE: ScriptRule = ScriptRule {
        code: Code::DropTable,
        allow: Some(Rule::DropTable),
        scripts: Scripts::All,
        check: |facts| vec![RULE.error(facts, [], "wrong", 0..1)],
    };

    #[test]
    fn a_rule_reports_in_its_scripts_unless_they_allow_it() {
        let of_ups = ScriptRule { scripts: Scripts::Ups, ..RULE };
        let strict = ScriptRule { allow: None, ..RULE };
        let (up, down) = (Direction::Up, Direction::Down);
        let help = "if it is meant, say why at the top of the file: \
                    `-- migratory: allow(drop_table): <reason>`";
        for (rule, directive, direction, expected) in [
            (&RULE, "", up, Some(vec![help])),
            (&RULE, "", down, Some(vec![help])),
            (&RULE, "-- migratory: allow(drop_table): x", up, None),
            (&RULE, "-- migratory: allow(drop_table): x", down, None),
            (&RULE, "-- migratory: allow(delete_all): x", up, Some(vec![help])),
            (&of_ups, "", up, Some(vec![help])),
            (&of_ups, "", down, None),
            (&strict, "-- migratory: allow(drop_table): x", up, Some(vec![])),
        ] {
            let script = format!("{directive}\nSELECT 1;");
            let found = with("", &script, direction, |facts| rule.findings(facts));
            let helps: Vec<_> = found.iter().map(|finding| &finding.help).collect();
            assert_eq!(helps, Vec::from_iter(&expected), "{directive} {direction:?}");
        }
    }
}
