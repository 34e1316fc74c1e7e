//! Sets that a checkout can't contain everywhere: odd bytes, odd names, links, and unreadable folders. The tests
//! create them.

use std::fs;
use std::path::Path;

use expect_test::{Expect, expect};
use migratory_analysis::Options;
use migratory_rehearsal::check;
use tempfile::TempDir;

const UP: &str = "CREATE TABLE a (id INTEGER PRIMARY KEY);\n";
const DOWN: &str = "DROP TABLE a;\n";

/// Creates a package with the migration `0001_users`, and what `add` puts into its folder.
fn package(add: impl FnOnce(&Path)) -> TempDir {
    let package = TempDir::new().unwrap();
    let folder = package.path().join("migrations");
    fs::create_dir(&folder).unwrap();
    fs::write(folder.join("0001_users.up.sql"), UP).unwrap();
    fs::write(folder.join("0001_users.down.sql"), DOWN).unwrap();
    add(&folder);
    package
}

fn output_of(package: &TempDir, folder: &str) -> String {
    let mut options = Options::default();
    options.rehearsal = false;
    match check(package.path(), folder, &options) {
        Ok(checked) => format!("{} migrations\n", checked.set().len()),
        Err(findings) => findings.to_string(),
    }
}

fn expect_findings(add: impl FnOnce(&Path), expected: &Expect) {
    expected.assert_eq(&output_of(&package(add), "migrations"));
}

fn write_pair(folder: &Path, stem: &str, up: &[u8]) {
    fs::write(folder.join(format!("{stem}.up.sql")), up).unwrap();
    fs::write(folder.join(format!("{stem}.down.sql")), DOWN).unwrap();
}

#[test]
fn an_empty_folder_is_refused() {
    let package = TempDir::new().unwrap();
    fs::create_dir(package.path().join("sql")).unwrap();
    expect![[r#"
        1 finding in the migrations of `sql/`

        error[M0004]: the folder `sql` has no migrations
         --> sql
          = help: write the first one: `sql/000001_initial_schema.up.sql` and `sql/000001_initial_schema.down.sql`
    "#]].assert_eq(&output_of(&package, "./sql/"));
}

#[test]
fn an_empty_migration_folder_is_refused() {
    expect_findings(
        |folder| fs::create_dir(folder.join("0002_posts")).unwrap(),
        &expect![[r#"
            1 finding in the migrations of `migrations/`

            error[M0102]: the folder `0002_posts` has no scripts
             --> migrations/0002_posts
              = note: a migration's folder holds `up.sql` and `down.sql`
              = help: write `0002_posts/up.sql` and `0002_posts/down.sql`, or delete it
        "#]],
    );
}

#[test]
fn paths_that_work_on_one_machine_only_are_refused() {
    let package = package(|_| {});
    let all: String = ["/srv/migrations", "db\\migrations", "."]
        .iter()
        .map(|folder| output_of(&package, folder))
        .collect();
    expect![[r#"
        1 finding in the migrations of `/srv/migrations/`

        error[M0001]: `/srv/migrations` is an absolute path
         --> /srv/migrations
          = note: an absolute path exists on one machine only; paths are relative to the folder of Cargo.toml
          = help: name a folder inside the package: `embed_migrations!("migrations")`
        1 finding in the migrations of `db\migrations/`

        error[M0001]: `db\migrations` contains a backslash
         --> db\migrations
          = note: a backslash separates folders only on Windows
          = help: write `db/migrations`
        1 finding in the migrations of `./`

        error[M0001]: the package itself can't be the folder of the migrations
         --> .
          = note: every file in the folder of the migrations must be a migration
          = help: name a folder inside the package: `embed_migrations!("migrations")`
    "#]].assert_eq(&all);
}

#[test]
fn a_folder_next_to_the_package_may_be_shared() {
    let workspace = TempDir::new().unwrap();
    fs::create_dir(workspace.path().join("member")).unwrap();
    fs::create_dir(workspace.path().join("migrations")).unwrap();
    write_pair(&workspace.path().join("migrations"), "1_users", UP.as_bytes());
    let member = workspace.path().join("member");
    let checked = check(&member, "../migrations", &Options::default()).unwrap();
    assert_eq!(checked.set()[0].up.file, "../migrations/1_users.up.sql");
}

#[test]
fn a_nul_byte_is_refused() {
    expect_findings(
        |folder| write_pair(folder, "0002_posts", b"SELECT 1;\n\0DROP TABLE a;\n"),
        &expect![[r#"
            1 finding in the migrations of `migrations/`

            error[M0303]: the file contains a NUL byte
             --> migrations/0002_posts.up.sql:2:1
              |
            2 | ␀DROP TABLE a;
              | ^ here
              |
              = note: SQLite stops reading there: it would skip the rest and report success
              = help: delete it; inside a string, write `char(0)`
        "#]],
    );
}

#[test]
fn utf_16_is_refused() {
    let text: Vec<u8> = format!("\u{feff}{UP}").encode_utf16().flat_map(u16::to_le_bytes).collect();
    expect_findings(
        |folder| write_pair(folder, "0002_posts", &text),
        &expect![[r#"
            1 finding in the migrations of `migrations/`

            error[M0302]: the file is UTF-16
             --> migrations/0002_posts.up.sql
              = note: SQLite expects UTF-8; some editors and PowerShell's `>` write UTF-16
              = help: save it as UTF-8
        "#]],
    );
}

#[cfg(unix)]
mod unix {
    use std::ffi::OsStr;
    use std::os::unix::ffi::OsStrExt;
    use std::os::unix::fs::{PermissionsExt, symlink};

    use super::*;

    #[test]
    fn links_are_followed_only_within_the_package() {
        let elsewhere = TempDir::new().unwrap();
        let outside = elsewhere.path().join("outside.sql");
        fs::write(&outside, UP).unwrap();
        expect_findings(
            |folder| {
                write_pair(folder, "0002_posts", UP.as_bytes());
                fs::rename(folder.join("0002_posts.up.sql"), folder.join("../inside.sql")).unwrap();
                symlink("../inside.sql", folder.join("0002_posts.up.sql")).unwrap();
                symlink(&outside, folder.join("0003_tags.up.sql")).unwrap();
                symlink("nowhere.sql", folder.join("0003_tags.down.sql")).unwrap();
                symlink("0005_circle.up.sql", folder.join("0005_circle.up.sql")).unwrap();
                symlink(elsewhere.path(), folder.join("0006_folder")).unwrap();
            },
            &expect![[r#"
                5 findings in the migrations of `migrations/`

                error[M0202]: version 4 is missing
                 --> migrations
                  = note: a migration may have been lost, or is still to be merged
                  = help: if the set has shipped like this, add `accept_through = 5` to `embed_migrations!`

                error[M0006]: `0003_tags.up.sql` is a symbolic link to a place outside the package
                 --> migrations/0003_tags.up.sql
                  = note: a checkout on another machine or a published crate lacks its target
                  = help: replace the link with the file itself

                error[M0006]: `0003_tags.down.sql` is a broken symbolic link
                 --> migrations/0003_tags.down.sql
                  = help: replace the link with the file itself, or delete it

                error[M0006]: `0005_circle.up.sql` is a broken symbolic link
                 --> migrations/0005_circle.up.sql
                  = help: replace the link with the file itself, or delete it

                error[M0006]: `0006_folder` is a symbolic link to a place outside the package
                 --> migrations/0006_folder
                  = note: a checkout on another machine or a published crate lacks its target
                  = help: replace the link with the file itself
            "#]],
        );
    }

    #[test]
    fn a_dangling_link_instead_of_the_folder_is_refused() {
        let package = TempDir::new().unwrap();
        symlink("nowhere", package.path().join("migrations")).unwrap();
        expect![[r#"
            1 finding in the migrations of `migrations/`

            error[M0002]: the folder `migrations` is a broken symbolic link
             --> migrations
              = help: create it, with a first migration: `migrations/000001_initial_schema.up.sql` and `migrations/000001_initial_schema.down.sql`
        "#]].assert_eq(&output_of(&package, "migrations"));
    }

    #[test]
    fn a_name_that_is_not_utf_8_is_refused() {
        let name = OsStr::from_bytes(b"0002_caf\xe9.up.sql");
        // Some file systems refuse such a name; then there is nothing to report.
        let add = |folder: &Path| drop(fs::write(folder.join(name), UP));
        let package = package(add);
        if package.path().join("migrations").join(name).exists() {
            expect![[r#"
                1 finding in the migrations of `migrations/`

                error[M0106]: `0002_caf�.up.sql` has a name that is not UTF-8
                 --> migrations/0002_caf�.up.sql
                  = note: file names become string literals in the program, and those are UTF-8
                  = help: rename it, using letters, digits, `_` and `-`
            "#]]
            .assert_eq(&output_of(&package, "migrations"));
        }
    }

    #[test]
    fn names_that_differ_only_in_case_are_refused() {
        let package = package(|folder| {
            write_pair(folder, "0002_posts", UP.as_bytes());
            write_pair(folder, "0002_Posts", UP.as_bytes());
        });
        if fs::read_dir(package.path().join("migrations")).unwrap().count() > 4 {
            expect![[r#"
                2 findings in the migrations of `migrations/`

                error[M0105]: `0002_Posts.up.sql` and `0002_posts.up.sql` differ only in case
                 --> migrations/0002_posts.up.sql
                 ::: migrations/0002_Posts.up.sql
                  = note: macOS and Windows treat them as one file: a checkout there loses one of them
                  = help: delete or rename one of them

                error[M0105]: `0002_Posts.down.sql` and `0002_posts.down.sql` differ only in case
                 --> migrations/0002_posts.down.sql
                 ::: migrations/0002_Posts.down.sql
                  = note: macOS and Windows treat them as one file: a checkout there loses one of them
                  = help: delete or rename one of them
            "#]].assert_eq(&output_of(&package, "migrations"));
        }
    }

    #[test]
    fn unreadable_entries_are_refused() {
        let locked = |path: &Path| {
            fs::set_permissions(path, fs::Permissions::from_mode(0o0)).unwrap();
        };
        let package = package(|folder| {
            write_pair(folder, "0002_posts", UP.as_bytes());
            locked(&folder.join("0002_posts.up.sql"));
        });
        // The superuser can read everything.
        if fs::read(package.path().join("migrations/0002_posts.up.sql")).is_err() {
            expect![[r#"
                1 finding in the migrations of `migrations/`

                error[M0005]: `migrations/0002_posts.up.sql` can't be read: Permission denied (os error 13)
                 --> migrations/0002_posts.up.sql
                  = help: allow the user who builds to read it
            "#]].assert_eq(&output_of(&package, "migrations"));
        }
    }

    #[test]
    fn a_socket_is_not_read() {
        let package = package(|folder| {
            drop(std::os::unix::net::UnixListener::bind(folder.join("0002_posts.up.sql")).unwrap());
        });
        expect![[r#"
            1 finding in the migrations of `migrations/`

            error[M0102]: `0002_posts.up.sql` is neither a file nor a folder
             --> migrations/0002_posts.up.sql
              = help: delete it, or move it to another folder
        "#]]
        .assert_eq(&output_of(&package, "migrations"));
    }
}

#[test]
fn no_text_makes_the_check_panic() {
    let package = package(|_| {});
    let up = package.path().join("migrations/0001_users.up.sql");
    let mut seed = 0x2545_F491_4F6C_DD1D_u64;
    for text in scripts() {
        for end in (0..text.len()).step_by(1 + text.len() / 100) {
            fs::write(&up, &text[..end]).unwrap();
            output_of(&package, "migrations");
            let mut broken = text.clone();
            seed ^= seed << 13;
            seed ^= seed >> 7;
            seed ^= seed << 17;
            broken[end] = seed.to_le_bytes()[0];
            fs::write(&up, &broken).unwrap();
            output_of(&package, "migrations");
        }
    }
}

/// Returns the scripts of all fixtures, without duplicates.
fn scripts() -> Vec<Vec<u8>> {
    let fixtures = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures");
    let mut folders = vec![fixtures];
    let mut texts = Vec::new();
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|extension| extension == "sql") {
                texts.push(fs::read(path).unwrap());
            }
        }
    }
    texts.sort();
    texts.dedup();
    assert!(texts.len() > 50);
    texts
}
