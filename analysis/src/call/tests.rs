use std::time::Duration;

use expect_test::expect;
use migratory_core::Version;
use proc_macro2::{Delimiter, Group};
use quote::quote;
use syn::Error;

use super::{Arguments, Call};
use crate::Options;

fn parse(input: &str) -> Result<Call, String> {
    syn::parse_str(input).map_err(|error: Error| {
        error.into_iter().map(|each| each.to_string()).collect::<Vec<_>>().join("\n")
    })
}

#[test]
fn the_folder_and_options_are_parsed() {
    let call = parse("").expect("no argument is fine");
    assert_eq!((call.folder.as_str(), call.watch), ("migrations", true));
    assert_eq!(call.options, Options::default());
    let call =
        parse("\"db/sql\", up_only, module = schema, accept_through = 2024_01, watch = off,")
            .expect("all options");
    assert_eq!(call.folder, "db/sql");
    assert_eq!(call.module.to_string(), "schema");
    assert_eq!(call.options.accept_through, Some(Version::new(202_401)));
    assert!(call.options.up_only && !call.watch);
    let dashed = parse("accept_through = \"2024-01-31-120000\"").expect("dashes in quotes");
    assert_eq!(dashed.options.accept_through, Some(Version::new(20_240_131_120_000)));
    assert_eq!(parse("r#\"db\"#").expect("a raw string").folder, "db");
    assert!(parse("up_only").expect("an option alone").options.up_only);
}

#[test]
fn options_of_the_rehearsal_are_parsed() {
    let input = "functions(slugify(1), uuid(0),), collations(german), foreign_keys = off, \
                 assumptions = warn, time_limit = 60";
    let options = parse(input).expect("all options").options;
    assert_eq!(options.functions, [("slugify".to_owned(), 1), ("uuid".to_owned(), 0)]);
    assert_eq!(options.collations, ["german"]);
    assert!(!options.foreign_keys && options.assumptions_warn);
    assert_eq!(options.time_limit, Duration::from_secs(60));
    let min_sqlite = |input| parse(input).expect("a version").min_sqlite;
    assert_eq!(min_sqlite("min_sqlite = \"3.35.2\""), Some(3_035_002));
    assert_eq!(min_sqlite("min_sqlite = \"3.41\""), Some(3_041_000));
}

#[test]
fn malformed_arguments_are_refused_with_help() {
    let cases = [
        ("\"db\\\\sql\"", "write the folder with `/`"),
        ("b\"db\"", "expected the folder as a string"),
        ("\"db\"x", "expected the folder as a string"),
        ("\"\\u{64}b\"", "write the folder with `/`"),
        ("12", "expected the folder as a string"),
        ("up_only, \"db\"", "the folder comes first"),
        ("\"a\", \"b\"", "the folder comes first"),
        ("(a)", "expected the folder as a string, or an option"),
        ("up_olny", "unknown option `up_olny`: did you mean `up_only`?"),
        (
            "folder",
            "unknown option `folder`; the options are `accept_through = <version>`, `assump",
        ),
        ("up_only = true", "this option takes no value"),
        ("up_only up_only", "expected `,`"),
        ("up_only, up_only", "duplicate option `up_only`"),
        ("module", "`module` needs the name of a module"),
        ("module =", "`module` needs the name of a module"),
        ("module = \"x\"", "expected the name of a module"),
        ("module = mod", "expected the name of a module: `mod` is a keyword"),
        ("crate", "`crate` needs the path of the library: `crate = my_dep::migratory`"),
        ("crate = \"db\"", "expected a path without quotes"),
        ("crate = super::db", "`super` means another module where the path is used"),
        ("accept_through = x", "expected a version"),
        ("accept_through = \"v3\"", "expected a version"),
        ("accept_through = -1", "expected a version"),
        ("accept_through = 3v", "expected a version"),
        ("accept_through = ,", "`accept_through` needs a version"),
        (
            "accept_through = 99999999999999999999",
            "99999999999999999999 is too large for a version",
        ),
        ("accept_through = \"\"", "expected a version"),
        ("functions", "`functions` needs a list in parentheses"),
        ("functions(a)", "`a` needs its number of arguments"),
        ("functions(a())", "`a` needs its number of arguments"),
        ("functions(a(1, 2))", "`a` needs its number of arguments"),
        ("functions(a(1) b(2))", "expected `,`"),
        ("functions(1)", "expected a function"),
        ("collations(\"x\")", "expected the name of a collation"),
        ("assumptions = no", "expected `error` or `warn`"),
        ("time_limit = -1", "expected a number of seconds"),
        ("min_sqlite = new", "expected a version of SQLite"),
        ("min_sqlite = \"-3.1\"", "expected a version of SQLite"),
        ("min_sqlite = \"3.x\"", "expected a version of SQLite"),
        ("watch = maybe", "expected `off` or `on`"),
    ];
    for (input, expected) in cases {
        let message = parse(input).expect_err(input);
        assert!(message.starts_with(expected), "{input}: {message}");
    }
}

#[test]
fn every_fault_is_reported_once() {
    let message =
        parse("12, watch = maybe, functions(a(1 2), b, c(3)), up_only up_only, time_limit")
            .expect_err("five faults");
    expect![[r#"
        expected the folder as a string: `embed_migrations!("db/sql")`
        expected `off` or `on` for `watch`
        expected `,`
        expected `,` before this
        `time_limit` needs seconds: `time_limit = 60`"#]]
    .assert_eq(&message);
}

#[test]
fn well_formed_arguments_are_parsed_despite_faults() {
    let input = "\"db/sql\", watch = maybe, module = schema, crate = db::migratory";
    let Arguments { call, error } = syn::parse_str(input).expect("arguments");
    assert_eq!((call.folder.as_str(), call.module.to_string()), ("db/sql", "schema".to_owned()));
    assert_eq!(call.library.to_string(), "db :: migratory");
    assert_eq!(error.expect("one fault").into_iter().count(), 1);
}

#[test]
fn the_path_of_the_library_is_parsed() {
    let library = |input| parse(input).expect(input).library.to_string();
    assert_eq!(library(""), ":: migratory");
    assert_eq!(library("crate = db"), "db");
    assert_eq!(library("crate = ::db::migratory, up_only"), ":: db :: migratory");
    assert_eq!(library("up_only, crate = crate::db::migratory,"), "crate :: db :: migratory");
}

#[test]
fn sql_names_may_be_rust_keywords() {
    let options = parse("functions(match(2), r#if(3)), collations(type)").expect("names").options;
    assert_eq!(options.functions, [("match".to_owned(), 2), ("if".to_owned(), 3)]);
    assert_eq!(options.collations, ["type"]);
}

/// The compiler puts what a `macro_rules!` captured into a group without delimiters.
#[test]
fn arguments_passed_on_by_a_macro_are_parsed() {
    let captured = |text: &str| Group::new(Delimiter::None, text.parse().expect("tokens"));
    let (folder, module, version) = (captured("\"db/sql\""), captured("schema"), captured("12"));
    let path = captured("crate::db");
    let input = quote!(#folder, module = #module, accept_through = #version, crate = #path);
    let call: Call = syn::parse2(input).expect("a call");
    assert_eq!((call.folder.as_str(), call.module.to_string()), ("db/sql", "schema".to_owned()));
    assert_eq!(call.options.accept_through, Some(Version::new(12)));
    assert_eq!(call.library.to_string(), "crate :: db");
}

#[test]
fn a_macro_as_the_folder_is_refused_with_alternatives() {
    let messages =
        ["concat!(\"db\", \"/sql\")", "env!(\"DIR\"), up_only", "up_only, ::std::concat!(a)"]
            .map(|input| parse(input).expect_err(input));
    expect![[r#"
        `concat!` can't name the folder: a macro receives its arguments unexpanded
        help: write one string, relative to Cargo.toml: `embed_migrations!("db/sql")`
        help: a macro of your own can pass a string on, as `$folder:literal`

        `env!` can't name the folder: a macro receives its arguments unexpanded
        help: write one string, relative to Cargo.toml: `embed_migrations!("db/sql")`
        help: a relative folder is enough: it begins at `CARGO_MANIFEST_DIR`

        `concat!` can't name the folder: a macro receives its arguments unexpanded
        help: write one string, relative to Cargo.toml: `embed_migrations!("db/sql")`
        help: a macro of your own can pass a string on, as `$folder:literal`"#]]
    .assert_eq(&messages.join("\n\n"));
}
