//! Whatever is in the folder, wherever it is: the check refuses it with a message, waits for nothing, reads nothing
//! from elsewhere, and doesn't fill the memory.

use std::fs::{self, File};
use std::io;
use std::os::unix::ffi::OsStrExt as _;
use std::os::unix::fs::{PermissionsExt as _, symlink};
use std::os::unix::net::UnixListener;
use std::path::Path;
use std::process::Command;
use std::sync::mpsc;
use std::thread;
use std::time::Duration;

use expect_test::expect;
use migratory_analysis::Options;
use migratory_rehearsal::check;
use tempfile::TempDir;

/// The content of a file outside the package, which no message may show.
const SECRET: &str = "SELECT hunter2;";

/// What can be in the place of a file.
const KINDS: [&str; 12] = [
    "a pipe",
    "a link to a pipe",
    "a socket",
    "a link out",
    "a link to a folder outside",
    "a link to a device",
    "a link to nowhere",
    "a link to itself",
    "a link to the folder above",
    "a folder",
    "a file that nobody may read",
    "a huge file",
];

/// Where it can be.
const PLACES: [&str; 7] = [
    "migrations/0002_posts.up.sql",
    "migrations/0003_tags/up.sql",
    "migrations/0003_tags/metadata.toml",
    "migrations/rehearsal/1.sql",
    "migrations/rehearsal/notes.txt",
    "migrations/rehearsal",
    "migrations",
];

/// Creates a package with one migration, and a folder outside of it.
fn package() -> (TempDir, TempDir) {
    let (package, outside) = (TempDir::new().unwrap(), TempDir::new().unwrap());
    let folder = package.path().join("migrations");
    fs::create_dir(&folder).unwrap();
    fs::write(folder.join("0001_users.up.sql"), "CREATE TABLE a (id INTEGER PRIMARY KEY);")
        .unwrap();
    fs::write(folder.join("0001_users.down.sql"), "DROP TABLE a;").unwrap();
    fs::write(outside.path().join("secret.sql"), SECRET).unwrap();
    fs::write(outside.path().join("1.sql"), SECRET).unwrap();
    (package, outside)
}

fn pipe(path: &Path) -> io::Result<()> {
    let made = Command::new("mkfifo").arg(path).status()?;
    if made.success() { Ok(()) } else { Err(io::Error::other("no pipe")) }
}

/// Creates the entry, or fails if this system has no such thing.
fn put(kind: &str, package: &Path, path: &Path, outside: &Path) -> io::Result<()> {
    match kind {
        "a pipe" => pipe(path),
        "a link to a pipe" => {
            // Links within the package are followed.
            let target = package.join("pipe");
            pipe(&target)?;
            symlink(target, path)
        }
        "a socket" => UnixListener::bind(path).map(drop),
        "a link out" => symlink(outside.join("secret.sql"), path),
        "a link to a folder outside" => symlink(outside, path),
        "a link to a device" => symlink("/dev/zero", path),
        "a link to nowhere" => symlink("nowhere", path),
        "a link to itself" => symlink(path.file_name().unwrap(), path),
        "a link to the folder above" => symlink("..", path),
        "a folder" => fs::create_dir(path),
        "a file that nobody may read" => {
            fs::write(path, SECRET)?;
            fs::set_permissions(path, fs::Permissions::from_mode(0o0))?;
            // The superuser can read everything.
            if File::open(path).is_ok() { Err(io::Error::other("it is read")) } else { Ok(()) }
        }
        _ => File::create(path)?.set_len(1 << 40),
    }
}

/// Returns the output of a check, which fails the test if it blocks.
fn told(package: &Path) -> String {
    let (send, receive) = mpsc::channel();
    let package = package.to_owned();
    thread::spawn(move || {
        let told = match check(&package, "migrations", &Options::default()) {
            Ok(checked) => format!("{} migrations\n", checked.set().len()),
            Err(findings) => findings.to_string(),
        };
        let _ = send.send(told);
    });
    receive.recv_timeout(Duration::from_secs(60)).expect("the check blocked")
}

/// Returns the output with this entry at that place; `None` if the entry can't be created.
fn output_with(kind: &str, place: &str) -> Option<String> {
    let (package, outside) = package();
    let path = package.path().join(place);
    if place == "migrations" {
        fs::remove_dir_all(&path).unwrap();
    }
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    if place.starts_with("migrations/0003_tags") {
        fs::write(path.with_file_name("up.sql"), "CREATE TABLE t (x);").unwrap();
        fs::write(path.with_file_name("down.sql"), "DROP TABLE t;").unwrap();
        let _ = fs::remove_file(&path);
    }
    put(kind, package.path(), &path, outside.path()).ok()?;
    Some(told(package.path()))
}

#[test]
fn no_entry_blocks_the_check_or_leaks_a_file_from_elsewhere() {
    for place in PLACES {
        for kind in KINDS {
            let Some(told) = output_with(kind, place) else { continue };
            let at = format!("{kind} at {place}: {told}");
            let is_folder = kind == "a folder" && place == "migrations/rehearsal";
            // A folder may be shared with another package, also by a link; then its content is checked.
            let is_shared = place == "migrations" && kind == "a link to a folder outside";
            assert!(is_shared || !told.contains("hunter2"), "{at}");
            assert!(told.contains("error[") || is_folder, "{at}");
            let last = Path::new(place).file_name().unwrap().to_string_lossy().into_owned();
            assert!(told.contains(&last) || is_folder || is_shared, "{at}");
        }
    }
}

fn below_heading(told: &str, lines: usize) -> String {
    told.lines().skip(2).take(lines).collect::<Vec<_>>().join("\n")
}

#[test]
fn each_kind_of_entry_has_its_message() {
    let mut all = String::new();
    for kind in KINDS.into_iter().filter(|kind| *kind != "a file that nobody may read") {
        let told = output_with(kind, "migrations/rehearsal/1.sql").unwrap();
        all.extend([kind, "\n", &below_heading(&told, usize::MAX), "\n"]);
    }
    expect![[r#"
        a pipe
        error[M0102]: `1.sql` is neither a file nor a folder
         --> migrations/rehearsal/1.sql
          = help: delete it, or move it to another folder
        a link to a pipe
        error[M0102]: `1.sql` is neither a file nor a folder
         --> migrations/rehearsal/1.sql
          = help: delete it, or move it to another folder
        a socket
        error[M0102]: `1.sql` is neither a file nor a folder
         --> migrations/rehearsal/1.sql
          = help: delete it, or move it to another folder
        a link out
        error[M0006]: `1.sql` is a symbolic link to a place outside the package
         --> migrations/rehearsal/1.sql
          = note: a checkout on another machine or a published crate lacks its target
          = help: replace the link with the file itself
        a link to a folder outside
        error[M0006]: `1.sql` is a symbolic link to a place outside the package
         --> migrations/rehearsal/1.sql
          = note: a checkout on another machine or a published crate lacks its target
          = help: replace the link with the file itself
        a link to a device
        error[M0006]: `1.sql` is a symbolic link to a place outside the package
         --> migrations/rehearsal/1.sql
          = note: a checkout on another machine or a published crate lacks its target
          = help: replace the link with the file itself
        a link to nowhere
        error[M0006]: `1.sql` is a broken symbolic link
         --> migrations/rehearsal/1.sql
          = help: replace the link with the file itself, or delete it
        a link to itself
        error[M0006]: `1.sql` is a broken symbolic link
         --> migrations/rehearsal/1.sql
          = help: replace the link with the file itself, or delete it
        a link to the folder above
        error[M0512]: the sample rows `1.sql` belong to no migration of the set
         --> migrations/rehearsal/1.sql
          = note: the rehearsal runs `12.sql` after the migration with version 12
          = help: name it after a version of the set, or delete it
        a folder
        error[M0512]: the sample rows `1.sql` belong to no migration of the set
         --> migrations/rehearsal/1.sql
          = note: the rehearsal runs `12.sql` after the migration with version 12
          = help: name it after a version of the set, or delete it
        a huge file
        error[M0005]: `migrations/rehearsal/1.sql` is larger than 64 MiB
         --> migrations/rehearsal/1.sql
          = note: all files of the folder are in memory while the crate compiles, and the scripts become part of the program
          = help: move the data to a file that the program loads itself: `-- migratory: code` adds a step in Rust to a migration
    "#]].assert_eq(&all);
}

#[test]
fn each_message_names_the_place() {
    let mut places = String::new();
    for (kind, place) in [
        ("a link out", "migrations/rehearsal"),
        ("a link to a folder outside", "migrations/rehearsal"),
        ("a pipe", "migrations/rehearsal"),
        ("a pipe", "migrations"),
        ("a link to a device", "migrations/0003_tags/metadata.toml"),
        ("a huge file", "migrations/0002_posts.up.sql"),
    ] {
        let told = output_with(kind, place).unwrap();
        places.extend([kind, " at ", place, "\n", &below_heading(&told, 6), "\n"]);
    }
    expect![[r#"
        a link out at migrations/rehearsal
        error[M0006]: `rehearsal` is a symbolic link to a place outside the package
         --> migrations/rehearsal
          = note: a checkout on another machine or a published crate lacks its target
          = help: replace the link with the file itself
        a link to a folder outside at migrations/rehearsal
        error[M0006]: `rehearsal` is a symbolic link to a place outside the package
         --> migrations/rehearsal
          = note: a checkout on another machine or a published crate lacks its target
          = help: replace the link with the file itself
        a pipe at migrations/rehearsal
        error[M0102]: `rehearsal` is neither a file nor a folder
         --> migrations/rehearsal
          = help: delete it, or move it to another folder
        a pipe at migrations
        error[M0003]: `migrations` is neither a file nor a folder
         --> migrations
          = note: `embed_migrations!` reads all files of a folder
          = help: move it to a folder of its own, and name that folder
        a link to a device at migrations/0003_tags/metadata.toml
        error[M0202]: version 2 is missing
         --> migrations
          = note: a migration may have been lost, or is still to be merged
          = help: if the set has shipped like this, add `accept_through = 3` to `embed_migrations!`

        error[M0006]: `metadata.toml` is a symbolic link to a place outside the package
        a huge file at migrations/0002_posts.up.sql
        error[M0005]: `migrations/0002_posts.up.sql` is larger than 64 MiB
         --> migrations/0002_posts.up.sql
          = note: all files of the folder are in memory while the crate compiles, and the scripts become part of the program
          = help: move the data to a file that the program loads itself: `-- migratory: code` adds a step in Rust to a migration
    "#]].assert_eq(&places);
}

#[test]
fn a_name_of_sample_rows_that_is_not_utf_8_is_reported() {
    let (package, _) = package();
    let rows = package.path().join("migrations/rehearsal");
    fs::create_dir(&rows).unwrap();
    // Some file systems refuse such a name; then there is nothing to report.
    if fs::write(rows.join(std::ffi::OsStr::from_bytes(b"1\xe9.sql")), SECRET).is_ok() {
        let told = told(package.path());
        assert!(told.contains("has a name that is not UTF-8"), "{told}");
    }
}

/// Each file is within the limit, but not all of them together.
#[test]
fn many_files_are_refused_if_their_sum_is_too_large() {
    let (package, _) = package();
    for number in 2..=6 {
        for direction in ["up", "down"] {
            let path = format!("migrations/000{number}_large.{direction}.sql");
            File::create(package.path().join(path)).unwrap().set_len(60 << 20).unwrap();
        }
    }
    let told = told(package.path());
    assert!(told.contains("the files of the folder exceed 256 MiB"), "{told}");
}

/// Twenty megabytes of rows are a script like any other.
#[test]
fn a_large_script_is_accepted() {
    let (package, _) = package();
    let folder = package.path().join("migrations");
    let row = format!("('{}')", "x".repeat(100_000));
    let rows = vec![row; 200].join(",\n");
    let up = format!("CREATE TABLE text (line TEXT);\nINSERT INTO text (line) VALUES {rows};\n");
    fs::write(folder.join("0002_texts.up.sql"), up).unwrap();
    fs::write(folder.join("0002_texts.down.sql"), "DROP TABLE text;").unwrap();
    assert_eq!(told(package.path()), "2 migrations\n");
}

/// A row contains all the literals of a statement, and `sqlite_schema` the whole text of a definition.
#[test]
fn a_row_may_be_longer_than_each_of_its_literals() {
    let (package, _) = package();
    let folder = package.path().join("migrations");
    let (text, comment) = ("x".repeat(400_000), "-".repeat(1_200_000));
    let up = format!(
        "CREATE TABLE text (a TEXT, b TEXT, c TEXT /* {comment} */);\n\
         INSERT INTO text (a, b, c) VALUES ('{text}', '{text}', '{text}');\n"
    );
    fs::write(folder.join("0002_texts.up.sql"), up).unwrap();
    fs::write(folder.join("0002_texts.down.sql"), "DROP TABLE text;").unwrap();
    assert_eq!(told(package.path()), "2 migrations\n");
}
