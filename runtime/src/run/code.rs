//! Steps in Rust of migrations.

use std::error::Error as StdError;
use std::fmt;
use std::sync::Arc;

use migratory_core::Direction;
use rusqlite::Transaction;

use crate::error::Error;
use crate::error::kind::ErrorKind;
use crate::{Down, MigrationSet, Script, Version};

/// The result of a step in Rust.
///
/// ```
/// # extern crate migratory_runtime as migratory;
/// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/doctest/migrations.rs"));
/// use migratory::{CodeFault, CodeResult, ErrorKind};
/// use rusqlite::Transaction;
///
/// # fn main() -> Result<(), Box<dyn std::error::Error>> {
/// # let mut conn = rusqlite::Connection::open_in_memory()?;
/// # const V2_TRIM_TITLES: migratory::Version = migratory::Version::new(2);
/// # let items = ("initial_schema", "CREATE TABLE item (title TEXT);", "");
/// # migratory::Runner::new(set(&[items])).up(&mut conn)?;
/// # let trim = ("trim_titles", "-- migratory: code\n", "");
/// # let runner = migratory::Runner::new(set(&[items, trim]));
/// fn trim_titles(tx: &Transaction<'_>) -> CodeResult {
///     let changed = tx.execute("UPDATE item SET title = trim(title)", [])?;
///     if changed == 0 { Err("there are no items".into()) } else { Ok(()) }
/// }
/// let runner = runner.code(V2_TRIM_TITLES, trim_titles);
/// let error = runner.up(&mut conn).unwrap_err(); // rolled back
/// let ErrorKind::Code { what: CodeFault::Failed(source), .. } = error.kind() else { panic!() };
/// assert!(error.is_code() && source.to_string() == "there are no items");
///
/// conn.execute_batch("INSERT INTO item VALUES (' Emma')")?;
/// runner.up(&mut conn)?;
/// # Ok(())
/// # }
/// ```
pub type CodeResult = Result<(), Box<dyn StdError + Send + Sync>>;

type Function<'a> = Arc<dyn Fn(&Transaction<'_>) -> CodeResult + Send + Sync + 'a>;

/// The steps in Rust that a program supplies.
#[derive(Clone, Default)]
pub(crate) struct Code<'a>(Vec<RustStep<'a>>);

#[derive(Clone)]
struct RustStep<'a> {
    version: Version,
    direction: Direction,
    function: Function<'a>,
}

impl<'a> Code<'a> {
    pub(crate) const NONE: Self = Self(Vec::new());

    pub(crate) fn add(
        &mut self,
        version: Version,
        direction: Direction,
        function: impl Fn(&Transaction<'_>) -> CodeResult + Send + Sync + 'a,
    ) {
        self.0.push(RustStep { version, direction, function: Arc::new(function) });
    }

    pub(crate) fn get(&self, version: Version, direction: Direction) -> Option<&Function<'a>> {
        let step = self.0.iter().find(|step| step.is(version, direction))?;
        Some(&step.function)
    }

    /// Checks that every script that declares a step in Rust has one, and that no others are supplied.
    pub(crate) fn check(&self, set: &MigrationSet<'_>) -> Result<(), Error> {
        let wanted: Vec<_> = set
            .migrations()
            .iter()
            .flat_map(|migration| {
                let down = match migration.down() {
                    Down::Script(down) => Some(down),
                    Down::Irreversible(_) | Down::UpOnly => None,
                };
                let up = (migration.version(), Direction::Up, migration.up());
                std::iter::once(up)
                    .chain(down.map(|down| (migration.version(), Direction::Down, down)))
            })
            .filter(|(_, _, script)| script.has_code())
            .collect();
        self.missing(&wanted)?;
        let is_wanted = |step: &RustStep<'_>| wanted.iter().any(|it| step.is(it.0, it.1));
        let is_double = |at: usize, step: &RustStep<'_>| {
            self.0[..at].iter().any(|before| before.is(step.version, step.direction))
        };
        let odd = self.0.iter().enumerate().find(|(at, it)| !is_wanted(it) || is_double(*at, it));
        odd.map_or(Ok(()), |(_, step)| {
            Err(ErrorKind::UnexpectedCode {
                version: step.version,
                direction: step.direction,
                is_double: is_wanted(step),
            }
            .into())
        })
    }

    fn missing(&self, wanted: &[(Version, Direction, &Script<'_>)]) -> Result<(), Error> {
        let missing = wanted.iter().filter(|it| self.get(it.0, it.1).is_none());
        let steps: Vec<_> = missing.map(|it| (it.0, it.1, it.2.file().to_owned())).collect();
        if steps.is_empty() { Ok(()) } else { Err(ErrorKind::MissingCode { steps }.into()) }
    }
}

impl RustStep<'_> {
    fn is(&self, version: Version, direction: Direction) -> bool {
        self.version == version && self.direction == direction
    }
}

impl fmt::Debug for Code<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.0.iter().map(|step| (step.version, step.direction))).finish()
    }
}
