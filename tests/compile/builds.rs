//! Real builds: the next build notices a file that is edited, added, deleted or renamed, or a run reports it.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use tempfile::TempDir;

mod editions;

const MAIN: &str = r#"
migratory::embed_migrations!();

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut conn = rusqlite::Connection::open("app.db")?;
    migrations::runner().up(&mut conn)?;
    for migration in migrations::MIGRATIONS.migrations() {
        println!("{} {}", migration.version(), migration.name());
    }
    Ok(())
}
"#;

const BUILD: &str = r#"fn main() { println!("cargo::rerun-if-changed=migrations"); }"#;

/// A user's crate that depends on migratory, in its own folder.
struct Project {
    folder: TempDir,
}

impl Project {
    /// Creates a package. Each needs its own name: cargo names build output after the package, wherever that is, and
    /// they share a target folder.
    fn new(name: &str) -> Self {
        let project = Self { folder: tempfile::tempdir().expect("a folder") };
        let workspace = Path::new(env!("CARGO_MANIFEST_DIR"));
        let path = workspace.display().to_string().replace('\\', "/");
        let manifest = format!(
            "[package]\nname = \"{name}\"\nedition = \"2024\"\n\n[dependencies]\n\
             migratory = {{ path = \"{path}\", features = [\"bundled\"] }}\n\
             rusqlite = \"*\"\n"
        );
        project.write("Cargo.toml", &manifest);
        project.write("src/main.rs", MAIN);
        project.pair("0001_first", "CREATE TABLE first (x);", "DROP TABLE first;");
        // These versions were tested with this workspace, and are already compiled.
        fs::copy(workspace.join("Cargo.lock"), project.path("Cargo.lock")).expect("the lock file");
        project
    }

    fn path(&self, file: &str) -> PathBuf {
        self.folder.path().join(file)
    }

    fn write(&self, file: &str, text: &str) {
        let path = self.path(file);
        fs::create_dir_all(path.parent().expect("a folder")).expect("a folder");
        fs::write(path, text).expect("a file");
    }

    fn pair(&self, name: &str, up: &str, down: &str) {
        self.write(&format!("migrations/{name}.up.sql"), up);
        self.write(&format!("migrations/{name}.down.sql"), down);
    }

    fn remove(&self, name: &str) {
        for direction in ["up", "down"] {
            let file = format!("migrations/{name}.{direction}.sql");
            fs::remove_file(self.path(&file)).expect("a file to remove");
        }
    }

    fn rename(&self, from: &str, to: &str) {
        for direction in ["up", "down"] {
            let path = |name: &str| self.path(&format!("migrations/{name}.{direction}.sql"));
            fs::rename(path(from), path(to)).expect("a file to rename");
        }
    }

    /// Builds and runs the program on a new database.
    fn run(&self) -> Output {
        let _ = fs::remove_file(self.path("app.db"));
        self.cargo(&["run"])
    }

    fn cargo(&self, arguments: &[&str]) -> Output {
        let target = Path::new(env!("CARGO_TARGET_TMPDIR")).parent().expect("the target folder");
        Command::new(env!("CARGO"))
            .args(arguments)
            .arg("--offline")
            .current_dir(self.folder.path())
            .env("CARGO_TARGET_DIR", target)
            .env_remove("RUSTFLAGS")
            .output()
            .expect("cargo")
    }

    fn lists(&self) -> String {
        let output = self.run();
        assert!(output.status.success(), "{}", errors(&output));
        String::from_utf8_lossy(&output.stdout).replace('\n', ", ")
    }
}

fn errors(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}

#[test]
fn with_a_build_script_every_change_is_rebuilt() {
    let project = Project::new("app-with-build-script");
    project.write("build.rs", BUILD);
    let first = project.run();
    assert!(first.status.success(), "{}", errors(&first));
    assert!(!errors(&first).contains("warning"), "{}", errors(&first));

    project.pair("0002_second", "CREATE TABLE second (x);", "DROP TABLE second;");
    assert_eq!(project.lists(), "1 first, 2 second, ", "added");
    project.rename("0002_second", "0002_other");
    assert_eq!(project.lists(), "1 first, 2 other, ", "renamed");
    project.remove("0002_other");
    assert_eq!(project.lists(), "1 first, ", "deleted");
    project.write("migrations/0001_first.up.sql", "CREATE TABLE first (x); COMMIT;");
    assert!(errors(&project.run()).contains("migrations/0001_first.up.sql:1:25"), "edited");
}

#[test]
fn without_a_build_script_the_build_warns_and_a_new_file_is_named() {
    let project = Project::new("app-without-build-script");
    let first = project.run();
    assert!(first.status.success(), "{}", errors(&first));
    assert!(errors(&first).contains("cargo::rerun-if-changed=migrations"), "{}", errors(&first));

    project.pair("0002_second", "CREATE TABLE second (x);", "DROP TABLE second;");
    let stale = errors(&project.run());
    assert!(!stale.contains("Compiling app-"), "{stale}");
    assert!(
        stale.contains("    migrations/0002_second.down.sql\n    migrations/0002_second.up.sql"),
        "{stale}"
    );

    project.write("migrations/0001_first.up.sql", "-- A note.\nCREATE TABLE first (x);");
    assert_eq!(project.lists(), "1 first, 2 second, ", "an edit of another file is seen");
    project.rename("0002_second", "0002_other");
    assert_eq!(project.lists(), "1 first, 2 other, ", "renamed");
    project.remove("0002_other");
    assert_eq!(project.lists(), "1 first, ", "deleted");
}

#[test]
fn with_watch_off_the_build_does_not_warn() {
    let project = Project::new("app-unwatched");
    let quiet =
        MAIN.replace("embed_migrations!()", "embed_migrations!(\"migrations\", watch = off)");
    project.write("src/main.rs", &quiet);
    let first = project.run();
    assert!(!errors(&first).contains("warning"), "{}", errors(&first));
    project.pair("0002_second", "CREATE TABLE second (x);", "DROP TABLE second;");
    assert_eq!(project.lists(), "1 first, ");
}

/// The macro's features of rusqlite are those that README's lines give the program, or cargo would compile rusqlite and
/// the runtime twice, which takes a sixth of a clean build.
#[test]
fn the_macro_and_the_program_share_one_runtime() {
    let project = Project::new("app-with-one-runtime");
    let listed = project.cargo(&["tree", "--duplicates", "--edges", "normal,build"]);
    assert!(listed.status.success(), "{}", errors(&listed));
    assert_eq!(String::from_utf8_lossy(&listed.stdout), "");
}
