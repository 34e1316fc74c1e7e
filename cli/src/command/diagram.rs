//! `diagram`.

use std::path::{Path, PathBuf};

use anstream::eprintln;
use clap::{Args, ValueEnum};
use migratory_analysis::CheckedMigration;
use migratory_core::{Migration, Version};
use migratory_diagram::Picture;
use migratory_rehearsal::schema::Schema;
use migratory_runtime::Target;

use crate::context::Context;
use crate::diagram::{self, Page};
use crate::exit::Exit;
use crate::failure::{Failure, Result};
use crate::output::print;
use crate::path::shown;
use crate::project::Project;
use crate::set::Set;
use crate::style::DONE;

/// Draw the schema as SVG or Mermaid, or write the history as an HTML page
#[derive(Args, Debug)]
#[command(after_help = "\
Examples:
  cargo migratory diagram --output schema.svg
  cargo migratory diagram --since 3 --output since-3.svg   # marks what changed
  cargo migratory diagram --at 7 --format mermaid
  cargo migratory diagram --format html --output history.html")]
pub(crate) struct Diagram {
    /// The version to draw, `latest`, or `empty`
    #[arg(long, value_name = "VERSION", default_value = "latest")]
    at: String,

    /// Mark what changed since this version
    #[arg(long, value_name = "VERSION")]
    since: Option<String>,

    /// The output format
    #[arg(long, value_enum, default_value_t = Format::Svg)]
    format: Format,

    /// The file to write, whole or not at all [default: standard output]
    #[arg(long, short, value_name = "FILE")]
    output: Option<PathBuf>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Format {
    /// A picture
    Svg,
    /// An `erDiagram`, for sites that draw Mermaid
    Mermaid,
    /// A page with the picture and all migrations: comments, changes, SQL
    Html,
}

impl Diagram {
    pub(crate) fn run(&self, context: &Context) -> Result<Exit> {
        let project = Project::find(context)?;
        let set = Set::read(&project)?;
        let at = Moment::of(&set, &self.at)?;
        let since = self.since.as_deref().map(|since| Moment::of(&set, since)).transpose()?;
        if since.is_some_and(|since| since > at) {
            return Err(Failure::new("`--since` is a later version than `--at`")
                .help("swap the two versions")
                .exit(Exit::Usage));
        }
        let drawn = Drawn::new(&project, &set, at, since)?;
        self.write(&drawn.text(self.format), &drawn.diagram.summary())?;
        Ok(Exit::Done)
    }

    fn write(&self, text: &str, summary: &str) -> Result<()> {
        match &self.output {
            Some(path) => {
                diagram::write(path, text)?;
                report(path, summary);
                Ok(())
            }
            None => print(text).map(|_| ()),
        }
    }
}

#[allow(clippy::print_stderr, reason = "the file is on standard output or elsewhere")]
fn report(path: &Path, summary: &str) {
    eprintln!("{DONE}wrote{DONE:#} {}: {summary}", shown(path));
}

/// A state of the schema in the history.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Moment {
    /// Before all migrations.
    Empty,
    After(Version),
}

impl Moment {
    fn of(set: &Set, text: &str) -> Result<Self> {
        let version = match set.target(text)? {
            Target::Version(version) => Some(version),
            Target::Latest => set.migrations().latest().map(Migration::version),
            Target::Empty => None,
        };
        Ok(version.map_or(Self::Empty, Self::After))
    }
}

/// What to draw.
struct Drawn<'a> {
    folder: &'a str,
    title: String,
    diagram: migratory_diagram::Diagram,
    /// The migrations up to the version, with the schema after each.
    history: Vec<(&'a CheckedMigration, Schema)>,
}

impl<'a> Drawn<'a> {
    fn new(project: &'a Project, set: &Set, at: Moment, since: Option<Moment>) -> Result<Self> {
        let migrations: Vec<_> =
            set.checked.set().iter().filter(|it| Moment::After(it.version) <= at).collect();
        let versions: Vec<_> = migrations.iter().map(|it| it.version).collect();
        let schemas = diagram::schemas(set, &versions)?;
        let title = title(migrations.last().copied(), since);
        let history: Vec<_> = migrations.into_iter().zip(schemas).collect();
        let empty = Schema::default();
        let after = |moment: Moment| {
            let found = history.iter().find(|(it, _)| Moment::After(it.version) == moment);
            found.map_or(&empty, |(_, schema)| schema)
        };
        let diagram = diagram::from_schema(after(at), since.map(after));
        Ok(Self { folder: &project.folder, title, diagram, history })
    }

    fn text(&self, format: Format) -> String {
        match format {
            Format::Svg => self.picture().svg,
            Format::Mermaid => self.diagram.mermaid(&self.title),
            Format::Html => diagram::page(&Page {
                folder: self.folder,
                picture: &self.picture(),
                summary: &self.diagram.summary(),
                history: &self.history,
            }),
        }
    }

    fn picture(&self) -> Picture {
        self.diagram.svg(&self.title)
    }
}

fn title(at: Option<&CheckedMigration>, since: Option<Moment>) -> String {
    let mut title = match at {
        Some(migration) => {
            format!("Version {}: {}", migration.version, migration.name.replace('_', " "))
        }
        None => "Before any migration".to_owned(),
    };
    match since {
        Some(Moment::After(version)) => {
            title.extend([", compared with version ", &version.to_string()]);
        }
        Some(Moment::Empty) => title.push_str(", compared with an empty database"),
        None => {}
    }
    title
}
