//! What the scripts of a set need from a runner.

use crate::{Down, Migration, Mode, Script};

/// What the scripts of a set need from a runner, besides running statements in a transaction.
///
/// The runner chooses its parts by this while the program compiles, so that a program links only
/// those that its set needs.
#[doc(hidden)]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Needs {
    /// A script runs with foreign keys off, or may violate a deferred one, which only the COMMIT
    /// finds.
    pub foreign_keys: bool,
    /// A script runs outside a transaction.
    pub no_transaction: bool,
    /// A script has a step in Rust.
    pub code: bool,
}

impl Needs {
    pub(crate) const NONE: Self = Self { foreign_keys: false, no_transaction: false, code: false };

    pub(crate) const fn of_migration(self, migration: &Migration<'_>) -> Self {
        let needs = self.of_script(migration.up());
        match migration.down() {
            Down::Script(down) => needs.of_script(down),
            Down::Irreversible(_) | Down::UpOnly => needs,
        }
    }

    const fn of_script(self, script: &Script<'_>) -> Self {
        Self {
            foreign_keys: self.foreign_keys || matches!(script.mode(), Mode::ForeignKeysOff),
            no_transaction: self.no_transaction || matches!(script.mode(), Mode::NoTransaction),
            code: self.code || script.has_code(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Checksum, MigrationSet, Version};

    #[test]
    fn a_set_needs_what_any_of_its_scripts_does() {
        let plain = Script::new("x", "", Mode::Transaction);
        let (off, outside) =
            (Script::new("x", "", Mode::ForeignKeysOff), Script::new("x", "", Mode::NoTransaction));
        let none = Needs::NONE;
        for (script, expected) in [
            (plain, none),
            (off, Needs { foreign_keys: true, ..none }),
            (outside, Needs { no_transaction: true, ..none }),
            (plain.with_code(), Needs { code: true, ..none }),
        ] {
            for (up, down) in [(script, plain), (plain, script)] {
                let checksum = Checksum::new([0; 32]);
                let migration = |version, up, down| {
                    let version = Version::new(version);
                    Migration::new(version, "x", up, Down::Script(down), checksum, checksum)
                };
                let migrations = [migration(1, up, down), migration(2, plain, plain)];
                let set = MigrationSet::new(&migrations);
                assert_eq!(set.never_deferring().needs(), expected);
                assert_eq!(set.needs(), Needs { foreign_keys: true, ..expected });
            }
        }
    }
}
