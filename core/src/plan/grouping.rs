//! How the steps of a plan are grouped into transactions.

/// How much goes into one transaction.
///
/// ```
/// use migratory_core::Grouping;
///
/// assert_eq!(Grouping::default(), Grouping::PerRun);
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum Grouping {
    /// All that is pending: a run brings the database to its target or leaves it as it was.
    #[default]
    PerRun,
    /// Each migration: a run that fails keeps those that were applied before.
    PerMigration,
}
