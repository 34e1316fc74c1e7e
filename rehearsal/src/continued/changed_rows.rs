//! A migration meets the rows as those before it have changed them, also if these passed in an
//! earlier build.

use super::{AMOUNTS, Package, SOUND, Scripts, Set};

/// Nothing with this script continues from an image.
const ANALYZED: Scripts = [
    "CREATE TABLE t (id INTEGER PRIMARY KEY, amount INTEGER NOT NULL); ANALYZE;",
    "DROP TABLE t;",
    "",
];
const THOUSAND: Scripts =
    ["UPDATE t SET amount = 1000;", "-- migratory: nothing-to-undo: any amount will do", ""];
/// Fails on a row with this amount, and on no other.
const FAILS_ON_THOUSAND: Scripts = [
    "UPDATE t SET amount = nullif(amount * 2, 2000);",
    "-- migratory: nothing-to-undo: any amount will do",
    "",
];

#[test]
fn a_migration_meets_the_rows_that_earlier_ones_have_changed() {
    for first in [ANALYZED, AMOUNTS] {
        let scripts: &'static [Scripts] = Box::leak(Box::new([first, THOUSAND]));
        let what = "values that a migration writes";
        let set = Set { what, options: |_| (), scripts, continues: false };
        let package = Package::new(&set, &SOUND);
        let (found, _) = package.rehearse();
        assert!(found.starts_with("Some"), "{found}");
        package.write(3, &FAILS_ON_THOUSAND);
        let whole = package.whole();
        assert!(whole.contains("NOT NULL constraint failed: t.amount"), "{whole}");
        assert_eq!(package.rehearse().0, whole);
    }
}
