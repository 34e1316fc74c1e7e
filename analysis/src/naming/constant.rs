//! Names the Rust constants for versions.

use migratory_core::Version;

/// Returns the name of a version's constant; `number` is the number in the file name.
///
/// Versions differ in the digits before the first `_`, so no two constants have the same name.
pub(crate) fn constant(number: Version, name: &str) -> String {
    format!("V{number}_{}", name.replace('-', "_").to_ascii_uppercase())
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
