//! What a later migration states about rows excuses earlier ones, until it is taken back.

use super::{AMOUNTS, Package, SOUND, Scripts, Set};

const POSITIVE: Scripts = [
    "CREATE TABLE c (x INTEGER NOT NULL CHECK (x > 0)); INSERT INTO c SELECT amount FROM t;",
    "DROP TABLE c;",
    "",
];
const STATES: Scripts = [
    "-- migratory: assumes(t: amount > 0): the program checks
     UPDATE t SET amount = amount + 1;",
    "UPDATE t SET amount = amount - 1;",
    "",
];

#[test]
fn a_statement_that_is_taken_back_no_longer_excuses_earlier_migrations() {
    let what = "a condition of a later migration";
    let set = Set { what, options: |_| (), scripts: &[AMOUNTS, POSITIVE], continues: false };
    let package = Package::new(&set, &STATES);
    let (found, _) = package.rehearse();
    assert!(found.contains("\n0 findings"), "{found}");
    package.write(3, &SOUND);
    let whole = package.whole();
    assert!(whole.contains("CHECK constraint failed: x > 0"), "{whole}");
    for _ in 0..2 {
        assert_eq!(package.rehearse().0, whole);
    }
    package.write(3, &STATES);
    assert_eq!(package.rehearse().0, found);
}
