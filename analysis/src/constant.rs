//! The constants that stand for versions in Rust.

use std::collections::BTreeMap;

use migratory_runtime::Version;

use crate::name::Reading;
use crate::source::Sources;

/// The name of a version's constant; `number` is that of the digits in the file name.
///
/// Versions differ in the digits before the first `_`, so that no two constants are alike.
pub(crate) fn constant(number: Version, name: &str) -> String {
    format!("V{number}_{}", name.replace('-', "_").to_ascii_uppercase())
}

/// The constants that a folder would have if all of its names were right.
///
/// Code that uses one finds it even where the set is refused, so that the refusal is the only
/// error.
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
    use migratory_runtime::Version;

    #[test]
    fn constants_are_named_after_number_and_name() {
        let named = |number, name| constant(Version::new(number), name);
        assert_eq!(named(1, "initial_schema"), "V1_INITIAL_SCHEMA");
        assert_eq!(named(20_240_131, "add-Users"), "V20240131_ADD_USERS");
        assert_ne!(named(1, "2_x"), named(12, "x"));
    }
}
