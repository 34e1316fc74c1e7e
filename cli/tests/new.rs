//! `cargo migratory new`, as a process: what it writes must pass a check.

mod package;

use std::fs;
use std::path::Path;

use migratory_analysis::{Code, Diagnostic, Options, render};
use migratory_rehearsal::check;
use migratory_runtime::rusqlite::Connection;
use package::Package;

const NASTY_UP: &str = include_str!("nasty.up.sql");
const NASTY_DOWN: &str = include_str!("nasty.down.sql");

fn sample() -> Package {
    let package = Package::new(&[]);
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../migrations");
    for entry in fs::read_dir(folder).expect("the sample set").flatten() {
        let text = fs::read_to_string(entry.path()).expect("a text");
        package.write(&format!("migrations/{}", entry.file_name().to_string_lossy()), &text);
    }
    package
}

fn nasty() -> Package {
    Package::new(&[
        ("migrations/0001_nasty.up.sql", NASTY_UP),
        ("migrations/0001_nasty.down.sql", NASTY_DOWN),
    ])
}

/// Writes the migration, fills in the reasons, and checks the set. Returns what is wrong.
fn fault(package: &Package, name: &str) -> Option<String> {
    let run = package.run(&["new", name]);
    if run.code() != 0 {
        return Some(format!("{name}\n{}", run.err()));
    }
    let out = run.out();
    let mut texts = String::new();
    for path in out.lines().filter_map(|line| line.strip_prefix("wrote ")) {
        let text = package.read(path);
        let asks = text.lines().any(|line| line.starts_with("-- migratory:"));
        if asks && !out.contains("write the reason") {
            return Some(format!("{name}\n{out}{text}"));
        }
        let text = text.replace("):\n", "): it is a test\n");
        let text = text.replace("irreversible:\n", "irreversible: it is a test\n");
        package.write(path, &text);
        texts.push_str(&text);
    }
    // Where a column refers to its own table, the first row that can be made up has NULL in it.
    let is_stated =
        |it: &Diagnostic| it.code == Code::Untried && texts.contains("assumes(no_nulls)");
    let found = match check(package.path(), "migrations", &Options::default()) {
        Ok(checked) if checked.warnings().iter().all(is_stated) => {
            let gaps = checked.rehearsal().map(|it| it.gaps.clone()).unwrap_or_default();
            return (!gaps.is_empty()).then(|| format!("{name}\n{gaps:?}"));
        }
        Ok(checked) => render::plain(checked.warnings()),
        Err(findings) => render::plain(&findings),
    };
    Some(format!("{name}\n{out}{found}\n{texts}"))
}

fn all_pass(package: fn() -> Package, names: &[&str]) {
    let faults: Vec<_> = names.iter().filter_map(|name| fault(&package(), name)).collect();
    assert!(faults.is_empty(), "{}", faults.join("\n----\n"));
}

/// The index reads the column from the table that loses it.
#[test]
fn a_column_that_a_search_index_reads_is_not_dropped_silently() {
    for name in ["drop_summary_from_item", "rename_title_to_name_in_item"] {
        let run = sample().run(&["new", name]);
        assert!(run.out().contains("`check` will report M0514"), "{}", run.out());
    }
}

#[test]
fn each_verb_passes_on_the_sample_set() {
    all_pass(
        sample,
        &[
            "create_shelf",
            "add_notes_to_item",
            "drop_barcode_from_item",
            "drop_language_from_item",
            "drop_position_from_credit",
            "drop_lent_on_from_loan",
            "drop_item_id_from_loan",
            "drop_item_search",
            "drop_item_touch",
            "drop_loan_open_by_item",
            "rename_play_to_session",
            "make_release_year_required",
            "make_barcode_required_in_item",
            "make_edited_at_required_in_setting",
            "make_sort_name_nullable_in_person",
            "index_item_on_title_and_barcode",
            "unindex_loan_on_borrower_id",
        ],
    );
}

#[test]
fn each_verb_passes_on_a_nasty_schema() {
    all_pass(
        nasty,
        &[
            "create_group",
            "add_table_to_order",
            "add_to_to_line_item",
            "drop_note_from_order",
            "drop_state_from_order",
            "drop_code_from_order",
            "drop_gross_from_order",
            "drop_group_from_order",
            "drop_placed_on_from_order",
            "drop_unit_price_from_line_item",
            "drop_amount_from_line_item",
            "drop_text_from_audit",
            "drop_c_from_order_new",
            "drop_line_item",
            "drop_audit",
            "drop_order_new",
            "drop_order_list",
            "drop_a_open_order",
            "drop_open_order_delete",
            "drop_order_by_note",
            "rename_group_to_where_in_order",
            "rename_state_to_status_in_order",
            "rename_order_to_group",
            "rename_line_item_to_line",
            "make_note_required_in_order",
            "make_state_required_in_order",
            "make_group_required_in_order",
            "make_code_required_in_order",
            "make_net_nullable_in_order",
            "make_placed_on_nullable_in_order",
            "make_unit_price_nullable_in_line_item",
            "make_amount_required_in_line_item",
            "make_text_nullable_in_audit",
            "make_b_required_in_order_new",
            "index_order_on_state_and_net",
            "index_line_item_on_unit_price",
            "unindex_order_by_state",
        ],
    );
}

/// The up and the down for a name, on the sample set.
fn written(package: &Package, name: &str) -> (String, String) {
    package.run(&["new", name]).ok();
    let number = if package.path().join("migrations/0012_count_plays.up.sql").exists() {
        "0013"
    } else {
        "0002"
    };
    let file = |word| package.read(&format!("migrations/{number}_{name}.{word}.sql"));
    (file("up"), file("down"))
}

#[test]
fn a_rebuild_loses_nothing() {
    let (up, down) = written(&nasty(), "make_net_nullable_in_order");
    for text in [&up, &down] {
        for kept in [
            "CREATE TABLE order_new_2 ( ",
            "    -- an order may follow\n    -- another one\n",
            "\"group\" INTEGER REFERENCES \"order\" (id) ON DELETE SET NULL,",
            "placed_on TEXT NOT NULL DEFAULT CURRENT_DATE, -- a day",
            "CHECK (length(order_new_2.note) < 1000)",
            " CONSTRAINT net_positive CHECK (net >= 0),",
            "gross INTEGER GENERATED ALWAYS AS (net * 119 / 100) STORED",
            "CONSTRAINT code_once UNIQUE ON CONFLICT ABORT",
            "\n) STRICT;",
            "SELECT 'order_new_2', seq FROM sqlite_sequence WHERE name = 'order';",
            "DROP TABLE \"order\";\nALTER TABLE order_new_2 RENAME TO \"order\";",
            "WHERE state IS NOT NULL;",
            "ON \"order\" (lower(note), placed_on DESC);\n",
            "CREATE TRIGGER order_changed\n",
            "    -- the last comment\nEND;",
            "CREATE TRIGGER line_added\n",
            "CREATE TRIGGER open_order_delete\n",
        ] {
            assert!(text.contains(kept.trim_end_matches(' ')), "{kept}\n{text}");
        }
        assert!(!text.contains("gross,"), "a generated column is copied:\n{text}");
        let place = |part: &str| text.find(part).expect(part);
        assert!(place("DROP VIEW a_open_order") < place("DROP VIEW order_list"), "{text}");
        assert!(place("CREATE VIEW order_list") < place("CREATE VIEW a_open_order"), "{text}");
        assert!(
            place("CREATE VIEW a_open_order") < place("CREATE TRIGGER open_order_delete"),
            "{text}"
        );
        let statements = text.split_once("\n\n").expect("a head").1.trim_end();
        assert!(statements.starts_with("PRAGMA foreign_keys = OFF;"), "{text}");
        assert!(statements.ends_with("PRAGMA foreign_keys = ON;"), "{text}");
    }
    assert!(up.contains("net INTEGER DEFAULT 0 CONSTRAINT"), "{up}");
    assert!(down.contains("net INTEGER NOT NULL DEFAULT 0 CONSTRAINT"), "{down}");
    assert!(down.contains("COALESCE(net, 0)"), "{down}");
}

/// A table without INTEGER PRIMARY KEY whose rowids an index stores, with these additional columns.
fn indexed(columns: &str) -> Package {
    let up = format!(
        "CREATE TABLE docs (slug TEXT PRIMARY KEY, body TEXT NOT NULL, extra TEXT NOT NULL{columns});
         CREATE VIRTUAL TABLE docs_fts USING fts5 (body, content = 'docs', content_rowid = '_rowid_');
         CREATE TRIGGER docs_ai AFTER INSERT ON docs BEGIN
             INSERT INTO docs_fts (rowid, body) VALUES (NEW._rowid_, NEW.body);
         END;
         CREATE TRIGGER docs_ad AFTER DELETE ON docs BEGIN
             INSERT INTO docs_fts (docs_fts, rowid, body)
             VALUES ('delete', OLD._rowid_, OLD.body);
         END;
        "
    );
    Package::new(&[
        ("migrations/0001_docs.up.sql", up.as_str()),
        ("migrations/0001_docs.down.sql", "DROP TABLE docs_fts;\nDROP TABLE docs;\n"),
    ])
}

#[test]
fn a_rebuild_keeps_the_rowids_that_an_index_stores() {
    let rowids = "SELECT group_concat(_rowid_ || slug ORDER BY slug) FROM docs";
    for columns in ["", ", rowid TEXT", ", \"RowId\" INT, oid INT"] {
        let package = indexed(columns);
        let (up, down) = written(&package, "make_extra_nullable_in_docs");
        let conn = Connection::open_in_memory().expect("a database");
        conn.execute_batch(&package.read("migrations/0001_docs.up.sql")).expect("a schema");
        conn.execute_batch(
            "INSERT INTO docs (slug, body, extra) VALUES ('z', 'apple', ''), ('a', 'pear', ''), \
             ('m', 'plum', ''), ('b', 'fig', ''); DELETE FROM docs WHERE slug IN ('z', 'm');",
        )
        .expect("rows with gaps");
        let read = || conn.query_row(rowids, [], |row| row.get::<_, String>(0)).expect("rowids");
        assert_eq!(read(), "2a,4b");
        for script in [&up, &down] {
            conn.execute_batch(script).expect(script);
            assert_eq!(read(), "2a,4b", "{script}");
            let fits = "INSERT INTO docs_fts (docs_fts, rank) VALUES ('integrity-check', 1)";
            conn.execute_batch(fits).expect(script);
        }
        assert_eq!(fault(&indexed(columns), "make_extra_nullable_in_docs"), None);
    }
}

#[test]
fn a_rebuild_names_no_rowid_where_a_column_is_one() {
    for table in [
        "CREATE TABLE docs (id INTEGER PRIMARY KEY, extra TEXT NOT NULL);",
        "CREATE TABLE docs (id TEXT PRIMARY KEY, extra TEXT NOT NULL) WITHOUT ROWID;",
        "CREATE TABLE docs (rowid, oid, _rowid_, extra TEXT NOT NULL);",
    ] {
        let package = Package::new(&[
            ("migrations/0001_docs.up.sql", table),
            ("migrations/0001_docs.down.sql", "DROP TABLE docs;\n"),
        ]);
        let (up, _) = written(&package, "make_extra_nullable_in_docs");
        assert!(up.contains("(id, extra)") || up.contains("(rowid, oid, _rowid_, extra)"), "{up}");
    }
}

#[test]
fn a_column_is_dropped_in_place_where_possible() {
    let (up, down) = written(&sample(), "drop_language_from_item");
    assert!(
        up.ends_with("DROP INDEX item_by_language;\nALTER TABLE item DROP COLUMN language;\n"),
        "{up}"
    );
    assert!(down.contains("ALTER TABLE item ADD COLUMN language TEXT GENERATED"), "{down}");
    let (up, down) = written(&sample(), "drop_barcode_from_item");
    assert!(up.contains("-- migratory: allow(drop_column):\n"), "{up}");
    assert!(up.contains("AFTER UPDATE OF medium_id, title, summary"), "{up}");
    assert!(down.contains("AFTER UPDATE OF medium_id, barcode, title, summary"), "{down}");
}

#[test]
fn where_no_value_is_valid_the_author_decides() {
    let package = sample();
    let out = package.run(&["new", "make_barcode_required_in_item"]).ok();
    assert!(out.contains("note rows with NULL would fail"), "{out}");
    assert!(out.contains("next write the reason"), "{out}");
    let up = package.read("migrations/0013_make_barcode_required_in_item.up.sql");
    assert!(up.contains("-- migratory: assumes(no_nulls):\n"), "{up}");
    let package = sample();
    let out = package.run(&["new", "drop_lent_on_from_loan"]).ok();
    assert!(out.contains("so there is no down"), "{out}");
    let up = package.read("migrations/0013_drop_lent_on_from_loan.up.sql");
    assert!(up.contains("-- migratory: irreversible:\n"), "{up}");
    assert!(!package.path().join("migrations/0013_drop_lent_on_from_loan.down.sql").exists());
}

#[test]
fn impossible_changes_are_refused_before_anything_is_written() {
    let package = sample();
    let before = package.files();
    for (args, code, said) in [
        (&["create_item"][..], 1, "there is already a table `item`"),
        (&["add_title_to_item"], 1, "`item` already has a column `title`"),
        (&["add_notes_to_items"], 2, "did you mean `cargo migratory new add_notes_to_item`?"),
        (&["drop_titel_from_item"], 2, "new drop_title_from_item`?"),
        (&["rename_titel_to_name_in_item"], 2, "new rename_title_to_name_in_item`?"),
        (&["make_name_required"], 2, "several tables have a column `name`"),
        (&["drop_id_from_item"], 1, "it is part of the primary key"),
        (&["drop_details_from_item"], 1, "new drop_language_from_item`"),
        (&["drop_borrower"], 1, "new drop_borrower_id_from_loan`"),
        (&["drop_tag"], 1, "new drop_item_tag`"),
        (&["make_title_required_in_item"], 1, "`title` of `item` is already NOT NULL"),
        (&["make_role_nullable_in_credit"], 1, "is part of the primary key"),
        (&["rename_play_to_item"], 1, "there is already a `item`"),
        (
            &["index_item_on_medium_id_and_release_year"],
            1,
            "`item_by_medium` already covers these columns",
        ),
        (&["count_plays"], 1, "migration 0012 is already called `count_plays`"),
        (&["0013_add_shelves"], 2, "write `add_shelves`"),
        (&["x", "--irreversible", " "], 2, "`--irreversible` needs a reason"),
        (&["x", "--irreversible", "y", "--up-only"], 2, "cannot be used with"),
        (&[], 2, "required arguments were not provided"),
    ] {
        let args: Vec<_> = std::iter::once("new").chain(args.iter().copied()).collect();
        let err = package.run(&args).fails(code);
        assert!(err.contains(said), "{args:?}: {err}");
    }
    assert_eq!(package.files(), before);
}

#[test]
fn other_names_write_files_without_statements() {
    let package = sample();
    let out = package.run(&["new", "Track Returns"]).ok();
    assert_eq!(
        out,
        "wrote migrations/0013_track_returns.up.sql\n\
         wrote migrations/0013_track_returns.down.sql\n \
         next write the statements, then run `cargo migratory check`\n"
    );
    let up = package.read("migrations/0013_track_returns.up.sql");
    assert_eq!(up, "-- Tracks returns.\n-- Write the statements here.\n");
    // Empty files are findings, which don't prevent a new migration unless it needs the schema.
    package.run(&["new", "create_shelf"]).ok();
    let err = package.run(&["new", "add_notes_to_item"]).fails(3);
    assert!(err.contains("`cargo migratory check` shows them"), "{err}");
    let out = package.run(&["new", "add_notes_to_item", "--empty"]).ok();
    assert!(out.contains("0015_add_notes_to_item.up.sql"), "{out}");
    let out = sample().run(&["new", "add_support_to_customers"]).ok();
    assert!(out.contains("there is no table `customers`, so no statements were written"), "{out}");
}

#[test]
fn an_empty_folder_starts_with_version_1() {
    for files in [&[][..], &[("migrations/README.md", "")]] {
        let package = Package::new(files);
        fs::create_dir_all(package.path().join("migrations")).expect("a folder");
        let out = package.run(&["new", "create_person"]).ok();
        assert!(out.contains("wrote migrations/0001_create_person.up.sql"), "{out}");
        assert_eq!(check(package.path(), "migrations", &Options::default()).err(), None);
    }
}

#[test]
fn there_is_no_down_where_none_is_wanted() {
    let package = sample();
    package.run(&["new", "drop_play", "--irreversible", "plays are\ncounted elsewhere"]).ok();
    let up = package.read("migrations/0013_drop_play.up.sql");
    for directive in ["allow(drop_table)", "irreversible"] {
        let line = format!("-- migratory: {directive}: plays are counted elsewhere\n");
        assert!(up.contains(&line), "{up}");
    }
    assert!(!package.path().join("migrations/0013_drop_play.down.sql").exists());
    assert_eq!(check(package.path(), "migrations", &Options::default()).err(), None);

    let refinery = Package::new(&[("migrations/V1__begin.sql", "CREATE TABLE a (b);")]);
    let out = refinery.run(&["new", "add_c_to_a", "--up-only"]).ok();
    assert!(out.contains("wrote migrations/V2__add_c_to_a.sql"), "{out}");
    assert!(out.contains("note add `up_only`"), "{out}");
    let call = ("src/lib.rs", "migratory::embed_migrations!(\"sql\", up_only, functions(f(1)));");
    let sql = ("sql/20240101000000_begin/migration.sql", "CREATE TABLE a (b, c AS (f(b)));");
    let prisma = Package::new(&[call, sql]);
    let out = prisma.run(&["new", "make_b_required_in_a"]).ok();
    assert!(out.contains("_make_b_required_in_a/migration.sql"), "{out}");
    assert!(!out.contains("up_only") && !out.contains("down"), "{out}");
    let mut options = Options::default().up_only(true);
    options.functions = vec![("f".to_owned(), 1)];
    assert_eq!(check(prisma.path(), "sql", &options).err(), None);
}

#[test]
fn folders_are_named_as_diesel_does() {
    let diesel = Package::new(&[
        ("migrations/2024-01-31-120000_begin/up.sql", "CREATE TABLE a (b, d);"),
        ("migrations/2024-01-31-120000_begin/down.sql", "DROP TABLE a;"),
    ]);
    let out = diesel.run(&["new", "drop_d_from_a"]).ok();
    let up =
        out.lines().next().and_then(|line| line.strip_prefix("wrote migrations/")).expect("an up");
    let (number, rest) = up.split_once('_').expect("a number");
    assert_eq!(rest, "drop_d_from_a/up.sql");
    let lengths: Vec<_> = number.split('-').map(str::len).collect();
    assert_eq!(lengths, [4, 2, 2, 6], "{number}");
}

#[test]
fn the_schema_is_read_in_spite_of_steps_in_rust() {
    let code = "-- migratory: code\nCREATE TABLE token (id INTEGER PRIMARY KEY, hash TEXT);\n";
    let package = Package::new(&[
        ("migrations/1_tokens.up.sql", code),
        ("migrations/1_tokens.down.sql", "DROP TABLE token;"),
    ]);
    let out = package.run(&["new", "add_salt_to_token"]).ok();
    assert!(!out.contains("a check will say"), "{out}");
    assert!(
        package.read("migrations/2_add_salt_to_token.up.sql").contains("ADD COLUMN salt TEXT;")
    );
}

#[test]
fn the_help_has_examples() {
    let out = Package::new(&[]).run(&["new", "--help"]).ok();
    assert!(out.contains("cargo migratory new add_email_to_person"), "{out}");
}
