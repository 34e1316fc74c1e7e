//! Determines which files of a folder are migrations, and which form their names have.

use std::collections::BTreeSet;

use migratory_core::Version;

use self::accept::Accepted;
use self::shipped::{Place, Shipped};
use crate::naming::form::Form;
use crate::naming::name::{self, Reading};
use crate::read::source::{Source, Sources, Subfolder};
use crate::{Findings, Options};
use migratory_core::Direction;

pub(crate) mod accept;
pub(crate) mod likely_constants;
mod misnamed;
mod nested;
mod shipped;
mod stray;

/// The files of a folder, classified by their names.
#[derive(Debug)]
pub(crate) struct Layout {
    pub(crate) folder: String,
    pub(crate) form: Form,
    pub(crate) scripts: Vec<NamedScript>,
    /// Misnamed scripts whose version is known.
    pub(crate) misnamed: Vec<NamedScript>,
    /// The texts of files that may be migrations, but could not be placed in the set.
    pub(crate) unplaced: Vec<Vec<u8>>,
    /// The versions of refused files. What the files may have held is not reported as missing.
    pub(crate) doubtful: BTreeSet<Version>,
    /// The last version that is accepted as it is.
    pub(crate) accept_through: Option<Version>,
}

/// A file whose name was understood.
#[derive(Debug)]
pub(crate) struct NamedScript {
    /// Relative to the package.
    pub(crate) path: String,
    pub(crate) digits: String,
    pub(crate) version: Version,
    pub(crate) name: String,
    pub(crate) direction: Direction,
    /// Whether it is accepted as it is.
    pub(crate) is_accepted: bool,
    pub(crate) bytes: Option<Vec<u8>>,
    /// Diesel's `metadata.toml`, with its path.
    pub(crate) metadata: Option<(String, Vec<u8>)>,
}

impl NamedScript {
    /// Returns the key that is unique among the scripts of a set.
    fn place(&self) -> (Version, Direction) {
        (self.version, self.direction)
    }
}

/// A file that looks like a migration, with its path within the folder.
struct Candidate<'a> {
    path: String,
    reading: Reading<'a>,
    form: Form,
    direction: Direction,
    is_right: bool,
    source: &'a Source,
    metadata: Option<&'a Source>,
}

impl Layout {
    /// Classifies the files, and reports those that are misnamed, stray or in another layout.
    pub(crate) fn find(
        sources: &Sources,
        options: &Options,
        findings: &mut Findings,
    ) -> Option<Self> {
        let (mut candidates, strays) = sort(sources, findings);
        candidates.sort_by_cached_key(|each| name::place(&each.path));
        let refused = sources.refused.iter().chain(&strays);
        let mut doubtful: BTreeSet<_> = refused.filter_map(|name| version(name)).collect();
        let Some(form) = elect(&candidates, options) else {
            if doubtful.is_empty() {
                findings.push(stray::nothing(&sources.folder.name));
            }
            return None;
        };
        let accepted = accepted(&candidates, form, options);
        let readings: Vec<_> = candidates.iter().map(|each| &each.reading).collect();
        let known: Vec<_> = doubtful.iter().copied().collect();
        findings.extend(accept::unknown(options, &sources.folder.name, &readings, &known));
        let shipped = Shipped::new(form, accepted, &candidates);
        let (mut members, mut others) = (Vec::new(), Vec::new());
        for each in candidates {
            match shipped.place(&each) {
                Place::Member => members.push(each),
                Place::PassedOver => findings.push(shipped::passed_over(&sources.folder, &each)),
                Place::Misnamed => others.push(each),
            }
        }
        doubtful.extend(others.iter().filter_map(|each| accepted.version(&each.reading)));
        misnamed::report(&sources.folder, form, &members, &others, findings);
        let named = |each: Candidate<'_>| each.named(sources, accepted);
        let scripts: Vec<_> = members.into_iter().filter_map(named).collect();
        let taken: BTreeSet<_> = scripts.iter().map(NamedScript::place).collect();
        let (mut misnamed, mut unplaced) = (Vec::<NamedScript>::new(), Vec::new());
        for each in others {
            let (bytes, has_folders) = (each.source.bytes.clone(), each.form.has_folders());
            let script = each.named(sources, accepted).filter(|script| {
                let is_taken = |other: &NamedScript| other.place() == script.place();
                let is_alike = has_folders == form.has_folders();
                is_alike && !taken.contains(&script.place()) && !misnamed.iter().any(is_taken)
            });
            match script {
                Some(script) => misnamed.push(script),
                None => unplaced.extend(bytes),
            }
        }
        Some(Self {
            folder: sources.folder.name.clone(),
            form,
            scripts,
            misnamed,
            unplaced,
            doubtful,
            accept_through: accepted.through,
        })
    }
}

fn accepted(candidates: &[Candidate<'_>], form: Form, options: &Options) -> Accepted {
    let readings: Vec<_> = candidates.iter().map(|each| &each.reading).collect();
    Accepted::find(options, &readings, form.has_folders())
}

impl Candidate<'_> {
    /// Whether the script is in a folder with a right name.
    fn is_folder_right(&self) -> bool {
        self.path.contains('/')
            && matches!(self.reading.separator, "_" | "-")
            && self.reading.clean_name() == self.reading.name
            && is_complete(&self.reading)
    }

    fn named(self, sources: &Sources, accepted: Accepted) -> Option<NamedScript> {
        let metadata = self.metadata.and_then(|file| {
            let (folder, _) = self.path.split_once('/')?;
            let path = sources.folder.file(&format!("{folder}/{}", file.name));
            Some((path, file.bytes.clone()?))
        });
        Some(NamedScript {
            path: sources.folder.file(&self.path),
            version: accepted.version(&self.reading)?,
            name: self.reading.migration_name(),
            is_accepted: accepted.covers(&self.reading),
            digits: self.reading.digits,
            direction: self.direction,
            bytes: self.source.bytes.clone(),
            metadata,
        })
    }
}

/// Returns the version in the name of an entry.
fn version(name: &str) -> Option<Version> {
    match name.split_once('/') {
        Some((folder, _)) => Reading::of_folder(folder).version(),
        None => Reading::of_file(name).version(),
    }
}

/// Returns the form of most names. Wrong names count only if no name is right.
fn elect(candidates: &[Candidate<'_>], options: &Options) -> Option<Form> {
    let any_right = candidates.iter().any(|each| each.is_right);
    let electors = candidates.iter().filter(|each| each.is_right || !any_right);
    Form::elect(electors.map(|each| each.form), options.up_only)
}

/// Returns the files that look like migrations, and the names of the other entries, which it reports.
fn sort<'a>(sources: &'a Sources, findings: &mut Findings) -> (Vec<Candidate<'a>>, Vec<String>) {
    let mut found = Vec::new();
    let mut strays = Vec::new();
    let mut programs = Vec::new();
    for source in &sources.files {
        if let Some(candidate) = in_file(source) {
            found.push(candidate);
        } else if stray::is_program(&source.name) {
            programs.push(source.name.clone());
        } else if !stray::is_source(&source.name) {
            findings.push(stray::file(&sources.folder, &source.name));
            strays.push(source.name.clone());
        }
    }
    findings.extend(stray::programs(&sources.folder, &programs));
    strays.extend(programs);
    let (releases, folders): (Vec<_>, Vec<_>) =
        sources.folders.iter().partition(|folder| nested::is_release(folder));
    findings.extend(nested::releases(&sources.folder, &releases));
    strays.extend(releases.iter().map(|folder| format!("{}/", folder.name)));
    let mut scriptless = Vec::new();
    for folder in folders {
        let inside = in_folder(folder, sources, findings);
        if inside.is_empty() {
            strays.push(format!("{}/", folder.name));
            scriptless.push(folder);
        }
        found.extend(inside);
    }
    findings.extend(stray::folders(&sources.folder, &scriptless));
    (found, strays)
}

fn in_file(source: &Source) -> Option<Candidate<'_>> {
    let reading = Reading::of_file(&source.name);
    let form = Form::of_file(&reading)?;
    let direction = reading.ending.direction.unwrap_or(Direction::Up);
    let right = form.write(reading.written, &reading.clean_name(), direction);
    Some(Candidate {
        path: source.name.clone(),
        is_right: is_complete(&reading) && right == source.name,
        reading,
        form,
        direction,
        source,
        metadata: None,
    })
}

fn is_complete(reading: &Reading<'_>) -> bool {
    !reading.digits.is_empty() && !reading.clean_name().is_empty()
}

/// Returns the scripts in the folder of a migration. If there are any, reports everything else in it.
fn in_folder<'a>(
    folder: &'a Subfolder,
    sources: &Sources,
    findings: &mut Findings,
) -> Vec<Candidate<'a>> {
    let metadata = folder.files.iter().find(|file| file.name == "metadata.toml");
    let mut found = Vec::new();
    let mut strays = Vec::new();
    for source in folder.files.iter().filter(|file| file.name != "metadata.toml") {
        match script(folder, source) {
            Some(candidate) => found.push(Candidate { metadata, ..candidate }),
            None => strays.push(source.name.as_str()),
        }
    }
    strays.extend(folder.folders.iter().map(String::as_str));
    if !found.is_empty() {
        let report = |name: &&str| stray::file(&sources.folder, &format!("{}/{name}", folder.name));
        strays.iter().map(report).for_each(|stray| findings.push(stray));
    }
    found
}

fn script<'a>(folder: &'a Subfolder, source: &'a Source) -> Option<Candidate<'a>> {
    let (form, direction, is_right) = match source.name.to_ascii_lowercase().as_str() {
        "up.sql" => (Form::FolderPair, Direction::Up, source.name == "up.sql"),
        "down.sql" => (Form::FolderPair, Direction::Down, source.name == "down.sql"),
        "migration.sql" => (Form::FolderAlone, Direction::Up, source.name == "migration.sql"),
        _ => return None,
    };
    let candidate = Candidate {
        path: format!("{}/{}", folder.name, source.name),
        reading: Reading::of_folder(&folder.name),
        form,
        direction,
        is_right,
        source,
        metadata: None,
    };
    Some(Candidate { is_right: is_right && candidate.is_folder_right(), ..candidate })
}
