//! What an application can name, and what it can do with it.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use migratory::*;

const fn is_send_and_sync<T: Send + Sync>() {}

/// A program keeps a runner in a static or in a pool, and sends errors and reports between threads.
#[test]
fn every_public_type_is_send_and_sync() {
    is_send_and_sync::<Adoption>();
    is_send_and_sync::<Backup<'static>>();
    is_send_and_sync::<Checksum>();
    is_send_and_sync::<CodeFault>();
    is_send_and_sync::<CodeResult>();
    is_send_and_sync::<Difference>();
    is_send_and_sync::<Direction>();
    is_send_and_sync::<Down<'static>>();
    is_send_and_sync::<Drift>();
    is_send_and_sync::<Error>();
    is_send_and_sync::<ErrorKind>();
    is_send_and_sync::<Event<'static>>();
    is_send_and_sync::<Grouping>();
    is_send_and_sync::<Migration<'static>>();
    is_send_and_sync::<MigrationSet<'static>>();
    is_send_and_sync::<MigrationStatus>();
    is_send_and_sync::<Mismatch>();
    is_send_and_sync::<Mode>();
    is_send_and_sync::<NewerDatabase>();
    is_send_and_sync::<Origin>();
    is_send_and_sync::<Plan>();
    is_send_and_sync::<Remains>();
    is_send_and_sync::<Repair>();
    is_send_and_sync::<Report>();
    is_send_and_sync::<Restored>();
    is_send_and_sync::<Result<Report>>();
    is_send_and_sync::<Runner<'static>>();
    is_send_and_sync::<Script<'static>>();
    is_send_and_sync::<State>();
    is_send_and_sync::<StatementFailure>();
    is_send_and_sync::<Status>();
    is_send_and_sync::<Step>();
    is_send_and_sync::<StepReport>();
    is_send_and_sync::<StoredDownFault>();
    is_send_and_sync::<Goal>();
    is_send_and_sync::<Target>();
    is_send_and_sync::<Unresumable>();
    is_send_and_sync::<Version>();
    is_send_and_sync::<Violation>();
}

/// Returns the names that a crate exports, except hidden modules.
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
fn the_facade_and_the_test_above_name_every_type_of_the_runtime() {
    let (runtime, mut facade) = (exported("runtime/src/lib.rs"), exported("src/lib.rs"));
    assert!(facade.remove("embed_migrations"));
    assert!(runtime.len() > 30 && runtime.contains("Violation"), "{runtime:?}");
    assert_eq!(runtime, facade);
    let here =
        fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/it/surface.rs"));
    let here = here.expect("this file");
    let missing = runtime.iter().filter(|name| {
        let listed = |end: &str| here.contains(&format!("is_send_and_sync::<{name}{end}"));
        *name != "rusqlite" && !listed(">") && !listed("<")
    });
    assert_eq!(missing.collect::<Vec<_>>(), Vec::<&String>::new());
}
