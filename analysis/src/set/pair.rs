//! Pairs each up with its down.

use std::collections::{BTreeMap, BTreeSet};

use migratory_core::Version;

use crate::directive::DirectiveKind;
use crate::naming::date;
use crate::naming::form::Form;
use crate::set::parsed::{ParsedScript, ParsedSet};
use crate::{Code, Diagnostic, Findings, Options, Severity};
use migratory_core::Direction;

/// A suggestion for files that share a version and have all shipped.
const BY_NAME: &str = "if databases have run all of them, their tool recorded whole names: join the files into one, in the order it ran them, and take databases over with `baseline`";

/// The number of ups from which missing downs become one finding for the whole set, not one each.
const MANY: usize = 3;

/// An up and its down.
#[derive(Debug)]
pub(crate) struct Pair {
    pub(crate) up: ParsedScript,
    pub(crate) down: Option<ParsedScript>,
    /// Whether a migration may be missing before it.
    pub(crate) follows_unknown: bool,
    /// Whether an earlier migration has the same version: one of the two would never run.
    pub(crate) is_double: bool,
}

/// The scripts of one version.
#[derive(Debug, Default)]
struct Group {
    ups: Vec<ParsedScript>,
    downs: Vec<ParsedScript>,
    misnamed: Vec<ParsedScript>,
}

/// Pairs the scripts of a set, and reports those with no partner or too many.
pub(crate) fn pair(set: ParsedSet, options: &Options, findings: &mut Findings) -> Vec<Pair> {
    let rules = Rules::new(&set, options);
    if rules.lacks_downs {
        findings.push(rules.no_downs(&set));
    }
    let mut groups: BTreeMap<Version, Group> = BTreeMap::new();
    for script in set.scripts {
        let group = groups.entry(script.version).or_default();
        match script.direction {
            Direction::Up => group.ups.push(script),
            Direction::Down => group.downs.push(script),
        }
    }
    let mut pairs = Vec::new();
    let mut unknown = rules.unknown(&set.misnamed);
    for script in set.misnamed {
        groups.entry(script.version).or_default().misnamed.push(script);
    }
    for (version, mut group) in groups {
        findings.extend(rules.check(&group));
        // A finding about a pair may point into an up that had no finding of its own.
        for up in &group.ups {
            findings.keep(&up.path, up.script.as_ref().map_or("", |script| &script.sql));
        }
        group.take_misnamed();
        let follows_unknown = unknown.first().is_some_and(|first| *first <= version);
        if follows_unknown {
            unknown.retain(|each| *each > version);
        }
        if group.ups.is_empty() {
            // The up of this version is missing.
            unknown.insert(version);
        }
        pairs.extend(group.pairs(follows_unknown));
    }
    pairs
}

impl Group {
    /// Adds the misnamed scripts to the ups and the downs.
    fn take_misnamed(&mut self) {
        for script in std::mem::take(&mut self.misnamed) {
            match script.direction {
                Direction::Up => self.ups.push(script),
                Direction::Down => self.downs.push(script),
            }
        }
    }

    /// Pairs each up with its down, by name if there are several ups.
    fn pairs(self, mut follows_unknown: bool) -> Vec<Pair> {
        let Self { ups, mut downs, .. } = self;
        let is_alone = ups.len() == 1;
        let mut is_next = false;
        let pair = |up: ParsedScript| {
            let place = downs.iter().position(|down| is_alone || down.name == up.name);
            let down = place.map(|place| downs.remove(place)).filter(|down| !undoes_nothing(down));
            let is_double = std::mem::replace(&mut is_next, true);
            Pair { up, down, follows_unknown: std::mem::take(&mut follows_unknown), is_double }
        };
        ups.into_iter().map(pair).collect()
    }
}

/// Facts about the set, needed to judge each group.
struct Rules<'a> {
    options: &'a Options,
    folder: String,
    form: Form,
    doubtful: BTreeSet<Version>,
    taken: BTreeSet<Version>,
    /// The digits of the next version.
    next: String,
    /// Whether no up of the set has a down, although they need one.
    lacks_downs: bool,
}

impl<'a> Rules<'a> {
    fn new(set: &ParsedSet, options: &'a Options) -> Self {
        let ups = set.scripts.iter().filter(|each| each.direction == Direction::Up);
        let needing = ups.filter(|each| !options.accepts(each.version) && needs_down(each)).count();
        let no_down = set.scripts.iter().all(|each| each.direction == Direction::Up);
        let alone = needing >= if set.form.has_downs() { MANY } else { 1 };
        let last = set.scripts.iter().max_by_key(|each| each.version);
        let width = set.scripts.iter().map(|each| each.digits.len()).max().unwrap_or(1);
        let next = last.map_or(1, |each| each.version.get().saturating_add(1));
        Self {
            options,
            folder: set.folder.clone(),
            form: set.form,
            doubtful: set.doubtful.clone(),
            taken: set.scripts.iter().map(|each| each.version).collect(),
            next: format!("{next:0width$}"),
            lacks_downs: !options.up_only && no_down && alone,
        }
    }

    /// Returns the versions before which a migration may be missing: those after a gap, and those of refused files.
    fn unknown(&self, misnamed: &[ParsedScript]) -> BTreeSet<Version> {
        let is_known = |version: &Version| misnamed.iter().any(|it| it.version == *version);
        let refused = self.doubtful.iter().filter(|version| !is_known(version)).copied();
        let counted: Vec<_> = self.taken.iter().chain(&self.doubtful).copied().collect();
        let gaps = self.gaps(counted.into_iter().collect());
        refused.chain(gaps).collect()
    }

    /// Returns the versions after a gap in the sequence, including a first version that is above 1.
    fn gaps(&self, versions: BTreeSet<Version>) -> Vec<Version> {
        let below = 10_i64.pow(u32::try_from(date::DIGITS).unwrap_or(8) - 1);
        let mut before = 0;
        let mut after = Vec::new();
        for version in versions.into_iter().take_while(|version| version.get() < below) {
            if version.get() > before + 1 && !self.options.accepts(version) {
                after.push(version);
            }
            before = version.get();
        }
        after
    }

    fn check(&self, group: &Group) -> Option<Diagnostic> {
        match (&group.ups[..], &group.downs[..]) {
            ([_, _, ..], _) => Some(self.duplicate(&group.ups)),
            (_, [_, _, ..]) => Some(self.duplicate(&group.downs)),
            ([up], [down]) if up.name != down.name && !up.is_accepted => {
                Some(self.names_differ(up, down))
            }
            ([up], [down]) => irreversible_with_down(up, down),
            ([up], []) if self.must_have_down(up) => Some(self.down_missing(up)),
            ([], [down]) if !self.doubtful.contains(&down.version) => Some(self.up_missing(down)),
            _ => None,
        }
    }

    fn must_have_down(&self, up: &ParsedScript) -> bool {
        let accepted = self.options.up_only || self.options.accepts(up.version);
        let explained = self.lacks_downs || self.doubtful.contains(&up.version);
        !accepted && !explained && needs_down(up)
    }

    fn no_downs(&self, set: &ParsedSet) -> Diagnostic {
        let message = match set.scripts.len() {
            1 => "the migration has no down".to_owned(),
            many => format!("none of the {many} migrations has a down"),
        };
        let error = Diagnostic::error(Code::UpOnlyLayout, message)
            .at(&self.folder)
            .note("without downs, a bad release can't be rolled back");
        let first = set.scripts.iter().min_by_key(|each| each.version);
        let example = first.map(|up| {
            let down = self.right(up, Direction::Down);
            let is_one = set.scripts.len() == 1;
            match (self.within(up), self.right(up, Direction::Up)) {
                (from, to) if from == to && is_one => format!("write `{down}`, which undoes it"),
                (from, to) if from == to => format!("write a down for each, such as `{down}`"),
                (from, to) => {
                    let what = if is_one { "it" } else { "each" };
                    format!("make {what} a pair: rename `{from}` to `{to}`, and write `{down}`")
                }
            }
        });
        example
            .into_iter()
            .fold(error, Diagnostic::help)
            .help("or, if you never roll back, add `up_only` to `embed_migrations!`")
    }

    /// Returns the path of a script within the folder.
    fn within<'s>(&self, script: &'s ParsedScript) -> &'s str {
        script.within(&self.folder)
    }

    /// Returns the path, within the folder, that this script or its partner should have.
    fn right(&self, script: &ParsedScript, direction: Direction) -> String {
        let within = self.within(script);
        match within.split_once('/') {
            Some((folder, _)) => format!("{folder}/{}.sql", direction.word()),
            None => Form::FlatPair.write(&script.digits, &script.name, direction),
        }
    }

    fn duplicate(&self, scripts: &[ParsedScript]) -> Diagnostic {
        let (first, rest) = (&scripts[0], &scripts[1..]);
        let number = scripts.len();
        let message = match number {
            2 => format!("two migrations have version {}", first.version),
            _ => format!("{number} migrations have version {}", first.version),
        };
        let mut error = Diagnostic::error(Code::DuplicateVersion, message);
        for script in scripts {
            error = error.at(&script.path);
        }
        let error = error.note("each version runs once: one of them would never run");
        let error = if first.is_accepted { error.help(BY_NAME) } else { error };
        match rest.first() {
            Some(again) => match self.free(again) {
                Some(free) => {
                    let rename = again.rename(&self.folder, self.form, &free);
                    error.help(format!("if it has not shipped, {rename}"))
                }
                None => error.help("give one of them a later date"),
            },
            None => error,
        }
    }

    /// Returns the next free number for this migration.
    fn free(&self, again: &ParsedScript) -> Option<String> {
        let digits = &again.digits;
        if digits.len() < date::DIGITS {
            return Some(self.next.clone());
        }
        // Diesel compares dashed versions as text: the next number need not be the next text.
        let number = digits.parse::<i64>().ok().filter(|it| *it == again.version.get())?;
        let later = number..=i64::MAX;
        let is_free = |number: &i64| !self.taken.contains(&Version::new(*number));
        let free = later.take(100).find(is_free)?.to_string();
        date::fault(&free).is_none().then_some(free)
    }

    fn names_differ(&self, up: &ParsedScript, down: &ParsedScript) -> Diagnostic {
        let message = format!(
            "the up of version {} is named `{}`, its down `{}`",
            up.version, up.name, down.name
        );
        Diagnostic::error(Code::NamesDiffer, message)
            .at(&down.path)
            .at(&up.path)
            .note("they may be halves of two different migrations")
            .help(format!(
                "if they belong together, rename `{}` to `{}`",
                self.within(down),
                self.right(up, Direction::Down)
            ))
    }

    fn down_missing(&self, up: &ParsedScript) -> Diagnostic {
        Diagnostic::error(Code::DownMissing, format!("`{}` has no down", self.within(up)))
            .at(&up.path)
            .note("without one, a release with this migration can't be rolled back")
            .help(format!("write `{}`, which undoes it", self.right(up, Direction::Down)))
            .help(
                "or, if it can't be undone, write at the top of the up: \
                 `-- migratory: irreversible: <reason>`",
            )
    }

    fn up_missing(&self, down: &ParsedScript) -> Diagnostic {
        let mut finding =
            Diagnostic::error(Code::UpMissing, format!("`{}` has no up", self.within(down)));
        if down.is_accepted {
            finding.severity = Severity::Warning;
            return finding
                .at(&down.path)
                .note("it never runs: no up has its version")
                .help("delete it");
        }
        finding
            .at(&down.path)
            .note("a down undoes its up, which may be lost or misnamed")
            .help(format!("add `{}`, or delete the down", self.right(down, Direction::Up)))
    }
}

/// Whether a shipped down holds no statement. Running it would report success and undo nothing; leaving it out makes
/// the runner report that the migration has no down.
fn undoes_nothing(down: &ParsedScript) -> bool {
    down.is_accepted
        && down.script.as_ref().is_some_and(|script| {
            let has = |kind| script.header.get(kind).is_some();
            script.statements.is_empty()
                && !has(DirectiveKind::NothingToUndo)
                && !has(DirectiveKind::Code)
        })
}

/// Whether the up needs a down. An up with an error in its header may be meant as irreversible.
fn needs_down(up: &ParsedScript) -> bool {
    up.script.as_ref().is_some_and(|script| {
        !script.header.is_doubtful && script.header.get(DirectiveKind::Irreversible).is_none()
    })
}

fn irreversible_with_down(up: &ParsedScript, down: &ParsedScript) -> Option<Diagnostic> {
    let script = up.script.as_ref()?;
    let directive = script.header.get(DirectiveKind::Irreversible)?;
    let message = "an irreversible migration has a down";
    Some(
        Diagnostic::error(Code::IrreversibleWithDown, message)
            .on(&up.path, directive.range.clone(), "irreversible")
            .at(&down.path)
            .help("delete the down; or, if it undoes the up, delete the directive"),
    )
}
