//! What an application can name, and what it may do with it.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use migratory::*;

const fn goes_to_other_threads<T: Send + Sync>() {}

/// A program keeps a runner in a static or hands it to a pool, and sends errors and reports between threads.
#[test]
fn every_public_type_is_send_and_sync() {
    goes_to_other_threads::<Adoption>();
    goes_to_other_threads::<Backup<'static>>();
    goes_to_other_threads::<Checksum>();
    goes_to_other_threads::<CodeFault>();
    goes_to_other_threads::<CodeResult>();
    goes_to_other_threads::<Difference>();
    goes_to_other_threads::<Direction>();
    goes_to_other_threads::<Down<'static>>();
    goes_to_other_threads::<Drift>();
    goes_to_other_threads::<Error>();
    goes_to_other_threads::<ErrorKind>();
    goes_to_other_threads::<Event<'static>>();
    goes_to_other_threads::<Grouping>();
    goes_to_other_threads::<Migration<'static>>();
    goes_to_other_threads::<MigrationSet<'static>>();
    goes_to_other_threads::<MigrationStatus>();
    goes_to_other_threads::<Mismatch>();
    goes_to_other_threads::<Mode>();
    goes_to_other_threads::<NewerDatabase>();
    goes_to_other_threads::<Origin>();
    goes_to_other_threads::<Plan>();
    goes_to_other_threads::<Remains>();
    goes_to_other_threads::<Repair>();
    goes_to_other_threads::<Report>();
    goes_to_other_threads::<Restored>();
    goes_to_other_threads::<Result<Report>>();
    goes_to_other_threads::<Runner<'static>>();
    goes_to_other_threads::<Script<'static>>();
    goes_to_other_threads::<State>();
    goes_to_other_threads::<StatementFailure>();
    goes_to_other_threads::<Status>();
    goes_to_other_threads::<Step>();
    goes_to_other_threads::<StepReport>();
    goes_to_other_threads::<StoredDownFault>();
    goes_to_other_threads::<Goal>();
    goes_to_other_threads::<Target>();
    goes_to_other_threads::<Unresumable>();
    goes_to_other_threads::<Version>();
    goes_to_other_threads::<Violation>();
}

/// The names that a crate exports, hidden modules aside.
fn exported(lib: &str) -> BTreeSet<String> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(lib);
    let text = fs::read_to_string(path).expect("the crate's root");
    let text = text.split("#[doc(hidden)]").next().unwrap_or_default();
    let uses = text.split("\npub use ").skip(1);
    let names = uses.filter_map(|rest| rest.split(';').next()).flat_map(|path| {
        let names = path.rsplit_once("::").map_or(path, |(_, name)| name);
        let names = path.split_once('{').map_or(names, |(_, names)| names);
        names.split(|letter: char| !letter.is_alphanumeric() && letter != '_')
    });
    names.filter(|name| !name.is_empty()).map(str::to_owned).collect()
}

#[test]
fn the_facade_names_all_that_the_runtime_has_and_the_test_above_too() {
    let (runtime, mut facade) = (exported("runtime/src/lib.rs"), exported("src/lib.rs"));
    assert!(facade.remove("embed_migrations"));
    assert!(runtime.len() > 30 && runtime.contains("Violation"), "{runtime:?}");
    assert_eq!(runtime, facade);
    let here =
        fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/it/surface.rs"));
    let here = here.expect("this file");
    let missing = runtime.iter().filter(|name| {
        let listed = |end: &str| here.contains(&format!("goes_to_other_threads::<{name}{end}"));
        *name != "rusqlite" && !listed(">") && !listed("<")
    });
    assert_eq!(missing.collect::<Vec<_>>(), Vec::<&String>::new());
}
