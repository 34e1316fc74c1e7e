//! Sets of migrations from texts, as long as an input is tried.

use migratory_runtime::{Checksum, Down, Migration, Mode, Script, Version};

/// Creates migrations of these ups and downs, numbered from 1.
pub fn migrations<'a>(scripts: &[(&'a str, &'a str)]) -> Vec<Migration<'a>> {
    let mut chain = None;
    let migration = |(&(up, down), version): (&(&'a str, &'a str), i64)| {
        let (version, checksum) = (Version::new(version), Checksum::of_script(up));
        let linked = Checksum::chained(chain, version, checksum);
        chain = Some(linked);
        let up = Script::new("migrations/up.sql", up, Mode::of_script(up));
        let down = Down::Script(Script::new("migrations/down.sql", down, Mode::of_script(down)));
        Migration::new(version, "step", up, down, checksum, linked)
    };
    scripts.iter().zip(1..).map(migration).collect()
}
