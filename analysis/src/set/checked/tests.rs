use super::*;

fn migration(number: i64, seed: u8) -> CheckedMigration {
    let file = format!("migrations/{number}_a.up.sql");
    let chain = Checksum::new([seed; 32]);
    CheckedMigration {
        version: Version::new(number),
        digits: number.to_string(),
        name: "a".to_owned(),
        constant: constant(Version::new(number), "a"),
        doc: Vec::new(),
        up: CheckedScript {
            file,
            sql: String::new(),
            mode: Mode::Transaction,
            directives: Vec::new(),
            statements: Vec::new(),
            writes: None,
            faults: Faults::default(),
        },
        down: CheckedDown::UpOnly,
        rows: None,
        checksum: chain,
        chain,
    }
}

#[test]
fn steps_and_compatible_versions_reach_the_runtime() {
    let directive = |kind| Directive {
        kind,
        reason: String::new(),
        range: 0..0,
        condition: None,
        columns: Vec::new(),
    };
    let mut checked = migration(3, 1);
    assert!(!checked.has_code() && !checked.migration().up().has_code());
    assert_eq!(checked.migration().compatible_with(), None);
    let two = Version::new(2);
    checked.up.directives.push(directive(DirectiveKind::CompatibleWith(two)));
    let mut down = checked.up.clone();
    down.directives.push(directive(DirectiveKind::Code));
    checked.down = CheckedDown::Script(down);
    let embedded = checked.migration();
    assert_eq!(embedded.compatible_with(), Some(two));
    assert!(checked.has_code() && !embedded.up().has_code());
    assert!(matches!(embedded.down(), Down::Script(script) if script.has_code()));
}

#[test]
fn two_states_with_the_same_stamp_are_reported() {
    let checked = |seeds: [u8; 3]| Checked {
        rehearsal: None,
        folder: "migrations".to_owned(),
        set: (1..).zip(seeds).map(|(number, seed)| migration(number, seed)).collect(),
        warnings: Findings::new("migrations"),
        unplaced: Vec::new(),
    };
    assert_eq!(checked([1, 2, 3]).collision(), None);
    let error = checked([1, 2, 1]).collision().expect("two equal chains");
    assert_eq!(error.message, "the states after version 1 and after version 3 have the same stamp");
}
