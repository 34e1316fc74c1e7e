//! Steps in Rust that belong to migrations.

use std::error::Error;
use std::fmt;
use std::sync::Arc;

use migratory_core::Direction;
use rusqlite::Transaction;

use crate::error::kind::ErrorKind;
use crate::{Down, MigrationSet, Script, Version};

/// What a step in Rust returns.
pub type CodeResult = Result<(), Box<dyn Error + Send + Sync>>;

type Function<'a> = Arc<dyn Fn(&Transaction<'_>) -> CodeResult + Send + Sync + 'a>;

/// The steps that a program supplies.
#[derive(Clone, Default)]
pub(crate) struct Code<'a>(Vec<Piece<'a>>);

#[derive(Clone)]
struct Piece<'a> {
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
        self.0.push(Piece { version, direction, function: Arc::new(function) });
    }

    pub(crate) fn get(&self, version: Version, direction: Direction) -> Option<&Function<'a>> {
        let piece = self.0.iter().find(|piece| piece.is(version, direction))?;
        Some(&piece.function)
    }

    /// Whether each script that says so has its step, and each step such a script.
    pub(crate) fn check(&self, set: &MigrationSet<'_>) -> Result<(), ErrorKind> {
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
        let is_wanted = |piece: &Piece<'_>| wanted.iter().any(|it| piece.is(it.0, it.1));
        let is_double = |at: usize, piece: &Piece<'_>| {
            self.0[..at].iter().any(|before| before.is(piece.version, piece.direction))
        };
        let odd = self.0.iter().enumerate().find(|(at, it)| !is_wanted(it) || is_double(*at, it));
        odd.map_or(Ok(()), |(_, piece)| {
            Err(ErrorKind::UnexpectedCode {
                version: piece.version,
                direction: piece.direction,
                is_double: is_wanted(piece),
            })
        })
    }

    fn missing(&self, wanted: &[(Version, Direction, &Script<'_>)]) -> Result<(), ErrorKind> {
        let missing = wanted.iter().filter(|it| self.get(it.0, it.1).is_none());
        let steps: Vec<_> = missing.map(|it| (it.0, it.1, it.2.file().to_owned())).collect();
        if steps.is_empty() { Ok(()) } else { Err(ErrorKind::MissingCode { steps }) }
    }
}

impl Piece<'_> {
    fn is(&self, version: Version, direction: Direction) -> bool {
        self.version == version && self.direction == direction
    }
}

impl fmt::Debug for Code<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.0.iter().map(|piece| (piece.version, piece.direction))).finish()
    }
}
