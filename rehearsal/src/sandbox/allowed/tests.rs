//! Compares everything that the linked SQLite lists with the lists of what is allowed.

use super::*;
use crate::sandbox::Sandbox;

fn known() -> &'static Known {
    Known::get().expect("what SQLite has")
}

/// Everything that SQLite lists and the rehearsal refuses. The additions of a newer SQLite show up
/// here: allow them, or add them to this list.
#[test]
fn everything_that_is_not_allowed_is_refused() {
    let refused = |names: &BTreeSet<String>, is_allowed: &dyn Fn(&str) -> bool| {
        names.iter().filter(|name| !is_allowed(name)).cloned().collect::<Vec<_>>().join(" ")
    };
    let functions = refused(&known().functions, &|name| function(name, &[], known()));
    assert_eq!(functions, "fts3_tokenizer load_extension sqlite_log");
    let modules = refused(&known().modules, &|name| module(name, known()));
    assert_eq!(modules, "");
    let settable = refused(&known().pragmas, &|name| pragma(name, Some("100000"), known()));
    // This pragma exists on Windows only.
    let settable = settable.replace("data_store_directory ", "");
    assert_eq!(
        settable,
        "hard_heap_limit max_page_count mmap_size schema_version soft_heap_limit temp_store \
         temp_store_directory threads writable_schema"
    );
    assert_eq!(refused(&known().pragmas, &|name| pragma(name, None, known())), "");
}

#[test]
fn additions_of_a_newer_sqlite_are_refused() {
    let added = |name: &str| BTreeSet::from([name.to_owned()]);
    let newer = Known {
        functions: added("send_mail"),
        pragmas: added("open_file"),
        modules: added("fsdir"),
    };
    assert!(!function("Send_Mail", &[], &newer));
    assert!(
        !function("send_mail", &[("send_mail".to_owned(), 1)], &newer),
        "a call may mean either"
    );
    assert!(!pragma("OPEN_FILE", None, &newer) && !pragma("open_file", Some("x"), &newer));
    assert!(!module("fsdir", &newer));
    // SQLite does nothing for a name that it does not have.
    assert!(module("fsdir", known()) && pragma("open_file", Some("x"), known()));
    assert!(function("slugify", &[("Slugify".to_owned(), 1)], known()));
    assert!(!function("slugify", &[], known()));
}

/// The sandbox agrees with the lists: the test calls each function and sets each pragma on a
/// database of its own.
#[test]
fn the_sandbox_refuses_what_the_lists_do_not_allow() {
    let denied = |sql: &str| {
        let sandbox = Sandbox::plain().expect("a sandbox");
        let error = sandbox.conn().prepare(sql).map(drop).err();
        error.is_some_and(|error| error.to_string().contains("not authorized"))
    };
    for (name, arguments) in arities() {
        let list = vec!["1"; usize::from(arguments)].join(", ");
        let call = format!("SELECT \"{name}\"({list})");
        assert_eq!(denied(&call), !function(&name, &[], known()), "{call}");
    }
    for name in &known().pragmas {
        for value in ["1", "100000", "'x'", "OFF"] {
            let sql = format!("PRAGMA {name} = {value}");
            let bare = value.trim_matches('\'');
            assert_eq!(denied(&sql), !pragma(name, Some(bare), known()), "{sql}");
        }
    }
}

/// Returns each function that SQLite lists, with its number of arguments.
fn arities() -> Vec<(String, u16)> {
    let conn = Connection::open_in_memory().expect("a database");
    let sql = "SELECT DISTINCT name, max(narg, 0) FROM pragma_function_list";
    let mut statement = conn.prepare(sql).expect("a statement");
    let pairs = statement.query_map([], |row| Ok((row.get(0)?, row.get(1)?))).expect("functions");
    pairs.collect::<rusqlite::Result<_>>().expect("pairs")
}
