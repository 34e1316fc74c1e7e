//! Several sets in one crate, in modules of their own, through a macro too; unused items are no warning.
#![deny(warnings)]

mod inner {
    migratory::embed_migrations!("migrations", module = library, watch = off);
}
migratory::embed_migrations!("tests/fixtures/ok_up_only_numbered/migrations", up_only, module = notes, watch = off);
migratory::embed_migrations!(
    "tests/fixtures/ok_accept_through/migrations",
    accept_through = 6,
    module = shipped,
    watch = off,
);
migratory::embed_migrations!("tests/fixtures/ok_code/migrations", module = steps, watch = off);

/// Passes a folder on to the macro.
macro_rules! embed {
    ($folder:literal, $module:ident, $library:path) => {
        migratory::embed_migrations!($folder, module = $module, crate = $library, watch = off);
    };
}
embed!("migrations", passed_on, migratory);

fn main() {
    let _ = inner::library::runner();
    let _ = passed_on::runner();
    let told = steps::MIGRATIONS.migrations().iter().map(|migration| {
        let down = matches!(migration.down(), migratory::Down::Script(down) if down.has_code());
        (migration.compatible_with(), migration.up().has_code(), down)
    });
    let told: Vec<_> = told.collect();
    let expected = [
        (None, false, false),
        (None, false, false),
        (Some(steps::V1_USERS), true, true),
        (Some(steps::V3_HASHES), true, false),
        (None, true, false),
        (None, true, false),
    ];
    assert_eq!(told, expected);
}
