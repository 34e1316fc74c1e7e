//! The dependencies in Cargo.toml.

use std::path::Path;

use toml_edit::{Array, DocumentMut, InlineTable, Item, Table, TableLike, Value, value};

use super::rusqlite_version::{self, OLDEST};
use super::{Setup, read};
use crate::failure::{Failure, Result};
use crate::path::shown;

/// The version of migratory that belongs to this command line.
const MIGRATORY: &str =
    concat!(env!("CARGO_PKG_VERSION_MAJOR"), ".", env!("CARGO_PKG_VERSION_MINOR"));

pub(super) fn add(setup: &mut Setup, package: &Path) -> Result<()> {
    let path = package.join("Cargo.toml");
    let before = read(&path)?.unwrap_or_default();
    match with_dependencies(&before, || rusqlite_version::suggested(package))
        .map_err(|fault| fault.of(&path))?
    {
        Some(after) => setup.change(path, Some(before), after),
        None => setup.kept.push("the dependencies in `Cargo.toml`".to_owned()),
    }
    Ok(())
}

/// The file of the build script; `None` if the package turns it off.
pub(super) fn build_script(package: &Path) -> Result<Option<String>> {
    let path = package.join("Cargo.toml");
    let text = read(&path)?.unwrap_or_default();
    let document = parse(&text).map_err(|fault| fault.of(&path))?;
    let build = document.get("package").and_then(|it| it.get("build"));
    Ok(match build.and_then(Item::as_value) {
        Some(Value::Boolean(it)) if !it.value() => None,
        Some(Value::String(name)) => Some(name.value().clone()),
        _ => Some("build.rs".to_owned()),
    })
}

/// What is wrong with a manifest.
#[derive(Debug)]
enum Fault {
    Text(String),
    NoPackage,
    Rusqlite(String),
    /// No version can be chosen.
    Version(Failure),
}

impl Fault {
    fn of(self, path: &Path) -> Failure {
        let path = shown(path);
        match self {
            Self::Text(cause) => Failure::new(format!("can't read {path}")).because(cause),
            Self::NoPackage => Failure::new(format!("{path} is a workspace without a package"))
                .help("choose the package that embeds the migrations: `--manifest-path <folder>/Cargo.toml`"),
            Self::Rusqlite(version) => {
                Failure::new(format!("migratory doesn't support rusqlite {version}, which {path} requires"))
                    .because("it supports 0.32 and newer")
                    .help("update that line first; nothing was changed")
            }
            Self::Version(failure) => failure,
        }
    }
}

fn parse(text: &str) -> Result<DocumentMut, Fault> {
    let parsed: Result<DocumentMut, _> = text.parse();
    parsed.map_err(|error: toml_edit::TomlError| Fault::Text(error.to_string()))
}

/// The text with the dependencies added, of which rusqlite has this version; `None` if it has them.
fn with_dependencies(
    text: &str,
    rusqlite_version: impl FnOnce() -> Result<String>,
) -> Result<Option<String>, Fault> {
    let mut document = parse(text)?;
    if !document.contains_key("package") {
        return Err(Fault::NoPackage);
    }
    let item = document.entry("dependencies").or_insert_with(|| Item::Table(Table::new()));
    let Some(table) = item.as_table_like_mut() else {
        return Err(Fault::Text("`dependencies` isn't a table".to_owned()));
    };
    let has_rusqlite = find(table, "rusqlite");
    if let Some(version) = has_rusqlite.and_then(version).filter(|it| !is_admitted(it)) {
        return Err(Fault::Rusqlite(version));
    }
    let (has_migratory, has_rusqlite) =
        (find(table, "migratory").is_some(), has_rusqlite.is_some());
    if has_migratory && has_rusqlite {
        return Ok(None);
    }
    let keys: Vec<_> = table.iter().map(|(key, _)| key.to_owned()).collect();
    if !has_migratory {
        // With its own dependency on rusqlite, the package has chosen which SQLite to link.
        let line = if has_rusqlite { value(MIGRATORY) } else { bundled() };
        table.insert("migratory", line);
    }
    if !has_rusqlite {
        table.insert("rusqlite", value(rusqlite_version().map_err(Fault::Version)?));
    }
    if let (true, Some(table)) = (keys.is_sorted(), item.as_table_mut()) {
        table.sort_values();
    }
    Ok(Some(document.to_string()))
}

fn bundled() -> Item {
    let mut table = InlineTable::new();
    table.insert("version", MIGRATORY.into());
    table.insert("features", Value::Array(Array::from_iter(["bundled"])));
    value(table)
}

/// The dependency on a package, under any name.
fn find<'a>(table: &'a dyn TableLike, package: &str) -> Option<&'a Item> {
    let named = |item: &Item| item.get("package").and_then(Item::as_str).map(str::to_owned);
    let is_it = |(key, item): &(&str, &Item)| named(item).as_deref().unwrap_or(key) == package;
    table.iter().find(is_it).map(|(_, item)| item)
}

fn version(item: &Item) -> Option<String> {
    let version = item.as_str().or_else(|| item.get("version").and_then(Item::as_str));
    version.map(str::to_owned)
}

/// Whether a requirement can be met; cargo judges what isn't a plain version.
fn is_admitted(requirement: &str) -> bool {
    let plain = requirement.trim().trim_start_matches(['^', '~', '=', ' ']);
    let mut parts = plain.split('.');
    match (parts.next().map(str::parse::<u32>), parts.next().map(str::parse::<u32>)) {
        (Some(Ok(0)), Some(Ok(minor))) => minor >= OLDEST,
        (Some(Ok(major)), _) => major == 0,
        _ => true,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Adds the dependencies to a text.
    fn added(text: &str) -> Result<Option<String>, Fault> {
        with_dependencies(text, || Ok("0.43".to_owned()))
    }

    const LINE: &str = "migratory = { version = \"0.1\", features = [\"bundled\"] }\n";

    #[test]
    fn dependencies_are_added_and_the_rest_stays() {
        for (text, expected) in [
            (
                "[package]\nname = \"a\" # mine\n",
                Some(format!("[package]\nname = \"a\" # mine\n\n[dependencies]\n{LINE}rusqlite = \"0.43\"\n")),
            ),
            (
                "[package]\n[dependencies]\nanyhow = \"1\" # why\nserde = \"1\"\n\n[features]\n",
                Some(format!(
                    "[package]\n[dependencies]\nanyhow = \"1\" # why\n{LINE}rusqlite = \"0.43\"\nserde = \"1\"\n\n[features]\n"
                )),
            ),
            (
                "[package]\n[dependencies]\nserde = \"1\"\nanyhow = \"1\"\nrusqlite = { version = \"0.37\" }\n",
                Some(
                    "[package]\n[dependencies]\nserde = \"1\"\nanyhow = \"1\"\nrusqlite = { version = \"0.37\" }\nmigratory = \"0.1\"\n"
                        .to_owned(),
                ),
            ),
            (
                "[package]\n[dependencies.db]\npackage = \"rusqlite\"\nversion = \"0.40\"\n[dependencies.migratory]\npath = \"..\"\n",
                None,
            ),
            ("[package]\n[dependencies]\nmigratory = \"0.1\"\nrusqlite.workspace = true\n", None),
        ] {
            assert_eq!(added(text).expect(text), expected, "{text}");
        }
    }

    #[test]
    fn unsupported_manifests_are_refused() {
        assert!(matches!(added("[workspace]\n"), Err(Fault::NoPackage)));
        assert!(matches!(added("[package"), Err(Fault::Text(_))));
        for (version, is_admitted) in
            [("0.31", false), ("0.32.1", true), ("^0.43", true), ("1", false), (">=0.30", true)]
        {
            let text = format!("[package]\n[dependencies]\nrusqlite = \"{version}\"\n");
            assert_eq!(added(&text).is_ok(), is_admitted, "{version}");
        }
    }
}
