//! A backup never overwrites the database, nor any other file that someone needs.

use std::fs;
use std::path::{Path, PathBuf};

use expect_test::expect;
use migratory::Backup;
use rusqlite::Connection;

use super::{ONE, TWO, files};
use crate::support::{Database, dump, runner, value};

/// Creates a database with 3,000 rows; in WAL mode they are only in the WAL.
fn filled(journal: &str) -> (Database, Connection) {
    let database = Database::new();
    let mut conn = database.open();
    value(&conn, &format!("PRAGMA journal_mode = {journal}"));
    runner(&[ONE]).up(&mut conn).expect("the first version");
    let rows = "PRAGMA wal_autocheckpoint = 0; INSERT INTO t WITH RECURSIVE n (i) AS (VALUES (1) UNION ALL \
                SELECT i + 1 FROM n LIMIT 3000) SELECT i FROM n";
    conn.execute_batch(rows).expect("rows");
    (database, conn)
}

/// Returns other spellings of the paths of the database and its files.
#[cfg(unix)]
fn spellings(database: &Path) -> Vec<PathBuf> {
    let folder = database.parent().expect("a folder");
    let below = folder.join("below");
    fs::create_dir_all(&below).expect("a folder");
    let link = |name: &str, to: &Path| {
        let _ = std::os::unix::fs::symlink(to, folder.join(name));
        folder.join(name)
    };
    let _ = fs::hard_link(database, folder.join("hard.db"));
    let folder_link = link("folder", folder);
    vec![
        database.to_owned(),
        folder.join("./app.db"),
        below.join("../app.db"),
        folder_link.join("app.db"),
        link("soft.db", database),
        link("relative.db", Path::new("app.db")),
        folder.join("hard.db"),
        folder.join("app.db-wal"),
        folder.join("app.db-shm"),
        folder.join("app.db-journal"),
        folder_link.join("app.db-journal"),
        below.join("../app.db-WAL"),
        link("log", &folder.join("app.db-wal")),
        folder.join("hard.db-wal"),
        folder.join("soft.db-journal"),
    ]
}

#[cfg(unix)]
#[test]
fn no_path_to_the_database_itself_is_overwritten_in_any_journal_mode() {
    for journal in ["WAL", "DELETE", "TRUNCATE", "PERSIST"] {
        let (database, mut conn) = filled(journal);
        let paths = spellings(&database.path());
        let (before, names) = (dump(&conn), files(&database));
        for path in paths {
            if journal != "WAL" && path.ends_with("log") {
                continue; // a link that leads nowhere is a name like any other
            }
            let chosen = path.clone();
            for place in [Backup::to(&path), Backup::named(move |_| chosen.clone())] {
                let taken = place.take(&mut conn).expect_err("a refusal");
                assert!(taken.is_backup(), "{journal}: {}: {taken}", path.display());
                let run = runner(&[ONE, TWO]).backup(place).up(&mut conn).expect_err("a refusal");
                assert!(run.is_backup(), "{journal}: {}: {run}", path.display());
            }
            let error = Backup::restore_any(&path, &mut conn).expect_err("a refusal");
            assert!(format!("{error:#}").contains("can't be restored"), "{error}");
        }
        assert_eq!(files(&database), names, "{journal}: no file is new or gone");
        assert_eq!(value(&database.open(), "PRAGMA integrity_check"), "ok");
        assert_eq!(value(&database.open(), "SELECT count(*) FROM t"), "3001", "{journal}");
        assert_eq!(dump(&conn), before);
    }
}

#[test]
fn the_refusal_names_what_is_at_the_path() {
    let (database, mut conn) = filled("WAL");
    let mut refusal = |name: &str| {
        let path = database.path().with_file_name(name);
        let error = Backup::to(path).take(&mut conn).expect_err("a refusal").to_string();
        let folder = format!("{}/", database.path().parent().expect("a folder").display());
        error.replace(&folder, "")
    };
    fs::write(database.path().with_file_name("main.rs"), "fn main() {}").expect("a file");
    fs::write(database.path().with_file_name("other.db-wal"), "frames").expect("a file");
    expect![[r#"
        the database can't be backed up to app.db: that is the database itself
        nothing was changed: no migration runs without the backup"#]]
    .assert_eq(&refusal("app.db"));
    expect![[r#"
        the database can't be backed up to app.db-wal: SQLite keeps a part of the database under that name
        nothing was changed: no migration runs without the backup"#]]
    .assert_eq(&refusal("app.db-wal"));
    expect![[r#"
        the database can't be backed up to main.rs: the file at that path is not an SQLite database, so it is not overwritten
        nothing was changed: no migration runs without the backup"#]]
    .assert_eq(&refusal("main.rs"));
    expect![[r#"
        the database can't be backed up to other.db: other.db-wal belongs to a database of that name, and would damage the backup
        nothing was changed: no migration runs without the backup"#]]
    .assert_eq(&refusal("other.db"));
    assert_eq!(
        fs::read_to_string(database.path().with_file_name("main.rs")).expect("a file"),
        "fn main() {}"
    );
}

/// A path is easily mistaken, and another program's file would be lost for good.
#[test]
fn only_a_backup_of_this_database_is_replaced() {
    let (database, mut conn) = filled("DELETE");
    let path = database.path().with_file_name("other.db");
    let open = || Connection::open(&path).expect("a database");
    let migrated = |sql: &str| _ = runner(&[(sql, "")]).up(&mut open()).expect("a version");
    for (kind, is_replaced) in [
        ("without a history", false),
        ("of other migrations", false),
        ("without a table", true),
        ("from before the first migration", true),
        ("of fewer migrations", true),
        ("of more migrations", true),
        ("of damaged pages", true),
    ] {
        let _ = fs::remove_file(&path);
        match kind {
            "without a history" => open().execute_batch("CREATE TABLE secret (x)").expect(kind),
            "of other migrations" => migrated("CREATE TABLE secret (x)"),
            "without a table" => open().execute_batch("PRAGMA user_version = 7").expect(kind),
            "from before the first migration" => {
                open().execute_batch("CREATE TABLE T (old); CREATE TABLE gone (x)").expect(kind);
            }
            "of fewer migrations" => migrated(ONE.0),
            "of more migrations" => {
                runner(&[ONE, TWO]).up(&mut open()).map(drop).expect(kind);
            }
            _ => {
                migrated(ONE.0);
                let mut bytes = fs::read(&path).expect("a file");
                bytes[100..].fill(0xaa);
                fs::write(&path, bytes).expect("a file");
            }
        }
        let before = fs::read(&path).expect("a file");
        let taken = Backup::to(&path).take(&mut conn);
        assert_eq!(taken.is_ok(), is_replaced, "{kind}: {taken:?}");
        assert_eq!(fs::read(&path).expect("a file") != before, is_replaced, "{kind}");
    }
    fs::remove_file(&path).expect("a backup");
    migrated("CREATE TABLE secret (x)");
    let without_history = Database::with("CREATE TABLE own (x)");
    Backup::to(&path).take(&mut without_history.open()).expect_err("it is another database");
    let error = Backup::to(&path).take(&mut conn).expect_err("a refusal").to_string();
    let folder = format!("{}/", path.parent().expect("a folder").display());
    expect![[r#"
        the database can't be backed up to other.db: the database at that path is not a backup of this one, so it is not overwritten: it has other migrations: its first is `1 step`, the database's is `1 step`, with a different text
        nothing was changed: no migration runs without the backup
        help: choose another path, or remove that file"#]].assert_eq(&error.replace(&folder, ""));
}

/// A file at the path of the unfinished copy belongs to someone, unless a killed process of ours left it.
#[cfg(unix)]
#[test]
fn a_foreign_file_at_the_partial_path_is_left_alone() {
    let (database, mut conn) = filled("DELETE");
    let folder = database.path().parent().expect("a folder").to_owned();
    let (partial, letter) = (folder.join("mine.db.partial"), folder.join("letter"));
    fs::write(&letter, "dear").expect("a file");
    let backup = Backup::to(folder.join("mine.db"));
    for kind in ["a file", "a link", "a link to a folder", "a folder", "a database"] {
        match kind {
            "a file" => fs::write(&partial, "mine").expect(kind),
            "a link" => std::os::unix::fs::symlink(&letter, &partial).expect(kind),
            "a link to a folder" => std::os::unix::fs::symlink(&folder, &partial).expect(kind),
            "a folder" => fs::create_dir(&partial)
                .and_then(|()| fs::write(partial.join("mine"), "mine"))
                .expect(kind),
            _ => drop(
                Connection::open(&partial).and_then(|it| it.execute_batch("CREATE TABLE a (b)")),
            ),
        }
        let before = files(&database);
        let error = format!("{:#}", backup.take(&mut conn).expect_err(kind));
        assert!(error.contains("mine.db.partial is in the way"), "{kind}: {error}");
        assert_eq!(files(&database), before, "{kind}");
        assert_eq!(fs::read_to_string(&letter).expect("a file"), "dear");
        let _ = fs::remove_file(&partial);
        let _ = fs::remove_dir_all(&partial);
    }
    fs::create_dir(&partial).expect("a folder");
    fs::write(partial.join("migratory-backup-1-2"), "half").expect("a leftover");
    backup.take(&mut conn).expect("a backup");
    assert!(!partial.exists());
}

#[test]
fn a_database_that_was_moved_is_not_confused_with_its_replacement() {
    let (database, mut conn) = filled("DELETE");
    let moved = database.path().with_file_name("moved.db");
    fs::rename(database.path(), moved).expect("a move");
    let other = database.open();
    other.execute_batch("CREATE TABLE other (x)").expect("another database");
    let error = Backup::beside().take(&mut conn).expect_err("a refusal").to_string();
    assert!(error.contains("it was moved or replaced meanwhile"), "{error}");
}
