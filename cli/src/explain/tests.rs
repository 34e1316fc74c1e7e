#![allow(clippy::needless_raw_string_hashes, reason = "expect-test writes them so")]

use std::fs;

use expect_test::expect;
use migratory_analysis::{Call, Code, Findings, Options, Rule};
use migratory_rehearsal::check;
use proc_macro2::{TokenStream, TokenTree};
use tempfile::TempDir;

use super::*;

/// Codes that a test can't provoke in a folder: they need other permissions, names that few file
/// systems allow, or chance.
const NOT_RUN: [Code; 3] = [Code::Unreadable, Code::NameEncoding, Code::StampCollision];

#[test]
fn the_texts_explain_exactly_the_codes() {
    let numbers: Vec<_> = TEXTS.iter().map(|(number, _)| *number).collect();
    let expected: Vec<_> = Code::ALL.iter().map(|code| code.number()).collect();
    assert_eq!(numbers, expected);
}

#[test]
fn every_text_has_the_expected_sections_and_length() {
    for explanation in all() {
        let code = explanation.code;
        let names: Vec<_> = explanation.sections.iter().map(|section| section.name).collect();
        let shapes = [vec!["bad", "good"], vec!["before", "bad", "good"]];
        assert!(shapes.contains(&names), "{code}: {names:?}");
        assert!(explanation.sections.iter().all(|section| !section.blocks.is_empty()), "{code}");
        // Two dots mark an omission.
        let sentences =
            explanation.prose.replace("..", "").replace('\n', " ").matches(". ").count() + 1;
        assert!((2..=5).contains(&sentences), "{code}: {sentences} sentences");
        assert!(explanation.prose.lines().all(|line| line.chars().count() <= 80), "{code}");
    }
}

#[test]
fn bad_examples_have_the_finding_and_good_ones_have_none() {
    let mut wrong = Vec::new();
    for explanation in all() {
        let code = explanation.code;
        if NOT_RUN.contains(&code) || !can_be_created(code) {
            continue;
        }
        let (bad, good) = (run(&explanation, "bad"), run(&explanation, "good"));
        if bad.is_empty() || bad.iter().any(|each| each.code != code) {
            wrong.push(format!("{code}, bad: {bad}"));
        }
        if !good.is_empty() {
            wrong.push(format!("{code}, good: {good}"));
        }
        if is_of_statements(code) && !names_its_exceptions(explanation.prose, &bad) {
            wrong.push(format!("{code} names another exception: {}", explanation.prose));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

fn is_of_statements(code: Code) -> bool {
    code.number().starts_with("M06")
}

/// Whether each rule that the text says a file may allow is one that lets such a finding pass.
fn names_its_exceptions(prose: &str, found: &Findings) -> bool {
    let is_named = |rule: &Rule| prose.contains(&format!("allow({})", rule.word()));
    let mut named = Rule::ALL.iter().filter(|rule| is_named(rule));
    named.all(|rule| found.iter().any(|finding| finding.may_be_allowed(*rule)))
}

/// Returns whether this file system can hold the example.
fn can_be_created(code: Code) -> bool {
    match code {
        Code::CaseCollision => cfg!(target_os = "linux"),
        Code::Link => cfg!(unix),
        _ => true,
    }
}

#[test]
fn only_examples_that_cannot_be_run_are_shown_without_running() {
    for explanation in all() {
        let mut blocks = explanation.sections.iter().flat_map(|section| &section.blocks);
        let is_only_shown = blocks.any(|block| block.language == "console");
        let is_run = !NOT_RUN.contains(&explanation.code);
        assert!(!(is_only_shown && is_run), "{}", explanation.code);
    }
}

#[test]
fn a_code_is_found_in_any_spelling_and_otherwise_similar_ones_are_suggested() {
    for number in ["M0301", "m0301", " 0301 "] {
        assert_eq!(find(number), Some(Code::NotUtf8), "{number}");
    }
    for (number, near) in [
        ("M0309", ["M0308", "M0307", "M0306"]),
        ("M3001", ["M0001", "M0601", "M0501"]),
        ("m0103x", ["M0103", "M0102", "M0104"]),
        ("drop_table", ["M0001", "M0002", "M0003"]),
        ("é", ["M0001", "M0002", "M0003"]),
        ("", ["M0001", "M0002", "M0003"]),
    ] {
        assert_eq!(find(number), None, "{number}");
        let codes: Vec<_> = nearest(number).iter().map(|code| code.number()).collect();
        assert_eq!(codes, near, "{number}");
    }
}

#[test]
fn an_explanation_is_formatted_for_terminal_and_web_page() {
    let explanation = explain(Code::ReasonMissing).expect("a text");
    let plain = anstream::adapter::strip_str(&show::terminal(&explanation)).to_string();
    expect![[r#"
        M0402: a directive has no reason

        A directive makes an exception to a rule without saying why, or still has the
        placeholder `<reason>` of a message. Someone who reads it in a year, facing a
        user's damaged database, needs to know whether it was thought through. Write the
        reason after a colon.

        Before

            CREATE TABLE drink (name TEXT NOT NULL);

        Bad

            0002_no_drinks.up.sql:
            -- migratory: allow(drop_table)
            DROP TABLE drink;

        Good

            0002_no_drinks.up.sql:
            -- migratory: allow(drop_table): the list comes from the server since version 4
            DROP TABLE drink;
    "#]]
    .assert_eq(&plain);
    expect![[r#"
        ## M0402: a directive has no reason

        A directive makes an exception to a rule without saying why, or still has the
        placeholder `<reason>` of a message. Someone who reads it in a year, facing a
        user's damaged database, needs to know whether it was thought through. Write the
        reason after a colon.

        ### before

        ```sql
        CREATE TABLE drink (name TEXT NOT NULL);
        ```

        ### bad

        `0002_no_drinks.up.sql`:

        ```sql
        -- migratory: allow(drop_table)
        DROP TABLE drink;
        ```

        ### good

        `0002_no_drinks.up.sql`:

        ```sql
        -- migratory: allow(drop_table): the list comes from the server since version 4
        DROP TABLE drink;
        ```
    "#]]
    .assert_eq(&show::markdown(&explanation));
}

fn all() -> impl Iterator<Item = Explanation<'static>> {
    Code::ALL.iter().filter_map(|code| explain(*code))
}

/// Returns all findings, including warnings, in the set that a section shows.
fn run(explanation: &Explanation<'_>, section: &str) -> Findings {
    let package = tempfile::tempdir().expect("a folder");
    fs::create_dir(package.path().join("migrations")).expect("a folder");
    let part = |name| explanation.sections.iter().find(|it: &&Section<'_>| it.name == name);
    if let Some(before) = part("before") {
        // The examples don't show how the schema was created.
        let up = format!("{IRREVERSIBLE}{}", before.blocks[0].text);
        write(&package, "0001_before.up.sql", up.as_bytes());
    }
    let mut call = ("migrations".to_owned(), Options::default());
    let blocks = &part(section).expect("a section").blocks;
    let has_down = blocks.iter().any(|block| block.caption.contains(".down.sql"));
    for block in blocks {
        match block.language {
            "rust" => call = read(block.text),
            "text" => block.text.lines().for_each(|line| list(&package, line)),
            _ => write_block(&package, block, has_down),
        }
    }
    if blocks.iter().all(|block| block.language == "rust") {
        list(&package, "0001_initial_schema.up.sql");
        list(&package, "0001_initial_schema.down.sql");
    }
    match check(package.path(), &call.0, &call.1) {
        Ok(checked) => checked.warnings().clone(),
        Err(findings) => findings,
    }
}

const IRREVERSIBLE: &str = "-- migratory: irreversible: the example shows no down\n";

/// Parses the folder and the options of a call.
fn read(call: &str) -> (String, Options) {
    let tokens: TokenStream = call.parse().expect("tokens");
    let input = tokens.into_iter().find_map(|token| match token {
        TokenTree::Group(group) => Some(group.stream()),
        _ => None,
    });
    let call: Call = syn::parse2(input.expect("a call")).expect("a call");
    (call.folder, call.options)
}

/// Creates a file that a listing names: a migration that creates or drops a table named after its version.
fn list(package: &TempDir, line: &str) {
    if let Some((name, target)) = line.split_once(" -> ") {
        return link(package, name, target);
    }
    let first = line.split('/').next().unwrap_or_default();
    let digits: String = first.chars().filter(char::is_ascii_digit).collect();
    let text = if line.contains("down") {
        format!("DROP TABLE t{digits};")
    } else {
        format!("CREATE TABLE t{digits} (id INTEGER PRIMARY KEY);")
    };
    write(package, line, text.as_bytes());
}

#[cfg(unix)]
fn link(package: &TempDir, name: &str, target: &str) {
    let path = package.path().join("migrations").join(name);
    std::os::unix::fs::symlink(target, path).expect("a link");
}

#[cfg(not(unix))]
fn link(_: &TempDir, _: &str, _: &str) {}

/// Writes the file that the caption names, in the encoding that it states. An up without a down is marked
/// irreversible.
fn write_block(package: &TempDir, block: &Block<'_>, has_down: bool) {
    let Block { caption, text, .. } = block;
    let name = caption.split('`').nth(1).expect(caption);
    let is_alone = name.ends_with(".up.sql") && !has_down && !text.contains("irreversible");
    let text = format!("{}{text}", if is_alone { IRREVERSIBLE } else { "" });
    let bytes = if caption.contains("Latin-1") {
        text.chars().map(|it| u8::try_from(u32::from(it)).expect("Latin-1")).collect()
    } else if caption.contains("UTF-16") {
        format!("\u{feff}{text}").encode_utf16().flat_map(u16::to_le_bytes).collect()
    } else if caption.contains("NUL") {
        text.replace('␀', "\0").into_bytes()
    } else {
        text.into_bytes()
    };
    write(package, name, &bytes);
}

fn write(package: &TempDir, name: &str, bytes: &[u8]) {
    let path = package.path().join("migrations").join(name);
    fs::create_dir_all(path.parent().expect("a folder")).expect("a folder");
    fs::write(path, bytes).expect("a file");
}
