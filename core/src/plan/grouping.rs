//! How the steps of a plan are grouped into transactions.

/// How migrations are grouped into transactions.
///
/// ```
/// # extern crate migratory_core as migratory;
/// use migratory::Grouping;
///
/// assert_eq!(Grouping::default(), Grouping::PerRun);
/// ```
///
/// `Runner::grouping` has an example of the other one.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum Grouping {
    /// All pending migrations together: a run reaches its target or leaves the database unchanged.
    #[default]
    PerRun,
    /// Each migration on its own: a run that fails keeps the migrations that it applied before.
    PerMigration,
}
