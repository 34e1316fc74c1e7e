//! Names the Rust constants for versions.

use std::collections::BTreeMap;

use migratory_core::Version;

use crate::naming::name::Reading;
use crate::read::source::Sources;

/// Returns the name of a version's constant; `number` is the number in the file name.
///
/// Versions differ in the digits before the first `_`, so no two constants have the same name.
pub(crate) fn constant(number: Version, name: &str) -> String {
    format!("V{number}_{}", name.replace('-', "_").to_ascii_uppercase())
}

/// Guesses the constants of a folder from the names of its files, malformed ones included.
///
/// The macro emits them even for a set that it refuses, so that code that uses them adds no errors of its own.
pub(crate) fn likely(sources: &Sources) -> Vec<(String, Version)> {
    let files = sources.files.iter().map(|file| Reading::of_file(&file.name));
    let folders = sources.folders.iter().map(|folder| Reading::of_folder(&folder.name));
    let named = files.chain(folders).filter_map(|reading| {
        let (version, number) = (reading.version()?, reading.number()?);
        let name = reading.clean_name();
        (!name.is_empty()).then(|| (constant(number, &name), version))
    });
    named.collect::<BTreeMap<_, _>>().into_iter().collect()
}

#[cfg(test)]
mod tests {
    use super::constant;
    use migratory_core::Version;

    #[test]
    fn constants_combine_number_and_name() {
        let named = |number, name| constant(Version::new(number), name);
        assert_eq!(named(1, "initial_schema"), "V1_INITIAL_SCHEMA");
        assert_eq!(named(20_240_131, "add-Users"), "V20240131_ADD_USERS");
        assert_ne!(named(1, "2_x"), named(12, "x"));
    }
}
