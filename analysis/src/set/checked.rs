//! The checked set, which a build embeds.

use std::ops::Range;

use migratory_core::stamp::collision;
use migratory_core::{Checksum, Direction, Down, Migration, Mode, Script, Version};

use crate::directive::{Assumption, ColumnName, Condition, Directive, DirectiveKind, Rule};
use crate::naming::constant::constant;
use crate::set::assembled::Assembled;
use crate::set::faults::{Errors, Faults};
use crate::set::pair::Pair;
use crate::set::parsed::ParsedScript;
use crate::text::script;
use crate::{Code, Diagnostic, Findings, Rehearsal};

#[cfg(test)]
mod tests;

/// A checked set of migrations. One that [`check`](crate::check) returns has no errors.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Checked {
    folder: String,
    set: Vec<CheckedMigration>,
    warnings: Findings,
    rehearsal: Option<Rehearsal>,
    /// The texts of files that could not be placed in the set, which is then refused.
    pub unplaced: Vec<String>,
}

/// A migration of a checked set.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct CheckedMigration {
    /// The version.
    pub version: Version,
    /// The version as written in the file name, without Diesel's dashes.
    pub digits: String,
    /// The name, such as `initial_schema`.
    pub name: String,
    /// The name of the constant for its version, such as `V1_INITIAL_SCHEMA`.
    pub constant: String,
    /// The comment at the top of the up, line by line, without comment marks and directives.
    pub doc: Vec<String>,
    /// The script that applies the migration.
    pub up: CheckedScript,
    /// The down, or the reason why there is none.
    pub down: CheckedDown,
    /// The sample rows that the rehearsal inserts after this migration.
    pub rows: Option<CheckedScript>,
    /// The checksum of the up.
    pub checksum: Checksum,
    /// The chain of the set up to and including this migration.
    pub chain: Checksum,
}

/// A script of a checked set.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct CheckedScript {
    /// The path of the file, relative to the package and separated by `/`.
    pub file: String,
    /// The text, without a byte order mark.
    pub sql: String,
    /// How it runs: in the runner's transaction, in one with foreign keys off, or in none.
    pub mode: Mode,
    /// The directives in its header.
    pub directives: Vec<Directive>,
    /// The statements, as byte ranges of the text.
    pub statements: Vec<Range<usize>>,
    /// The tables that it wrote in the rehearsal, one per line; only for a script that runs with foreign keys off.
    pub writes: Option<String>,
    /// The faults found before it runs; none in a set without errors.
    pub faults: Faults,
}

/// The down of a migration, or the reason why there is none.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum CheckedDown {
    /// A script. It has no statements if the up leaves nothing to undo, or if a step in Rust undoes it.
    Script(CheckedScript),
    /// No down: the migration is irreversible, for this reason.
    Irreversible(String),
    /// No down: the options don't require one.
    UpOnly,
}

impl Checked {
    /// Computes the checksums and constants of a set; returns `None` if two of its states have the same stamp.
    ///
    /// A set with errors is rehearsed, but not embedded.
    pub(crate) fn new(set: Assembled, findings: &mut Findings) -> Option<Self> {
        let mut chain = None;
        let errors = Errors::of(findings);
        let migrations = set.pairs.into_iter().map(|pair| {
            let migration = CheckedMigration::new(pair, chain, &errors);
            chain = Some(migration.chain);
            migration
        });
        let checked = Self {
            set: migrations.collect(),
            warnings: Findings::new(&set.folder),
            rehearsal: None,
            folder: set.folder,
            unplaced: set.unplaced,
        };
        match checked.collision() {
            Some(collision) => {
                findings.push(collision);
                None
            }
            None => Some(checked),
        }
    }

    /// Adds the result of a rehearsal.
    #[must_use]
    pub fn with_rehearsal(mut self, rehearsal: Rehearsal) -> Self {
        for (migration, writes) in self.set.iter_mut().zip(&rehearsal.writes) {
            migration.up.writes.clone_from(&writes.up);
            if let CheckedDown::Script(down) = &mut migration.down {
                down.writes.clone_from(&writes.down);
            }
        }
        Self { rehearsal: Some(rehearsal), ..self }
    }

    pub(crate) fn with_warnings(self, warnings: Findings) -> Self {
        Self { warnings, ..self }
    }

    /// Returns the version written as in a file name, with or without Diesel's dashes.
    pub(crate) fn named(&self, written: &str) -> Option<Version> {
        let digits = written.replace('-', "");
        let number = digits.parse().ok().map(Version::new);
        let is_it = |it: &&CheckedMigration| Some(it.version) == number || it.digits == digits;
        self.set.iter().find(is_it).map(|migration| migration.version)
    }

    /// Attaches the sample rows that the rehearsal inserts after a migration.
    pub(crate) fn attach_rows(&mut self, version: Version, rows: CheckedScript) {
        let migration = self.set.iter_mut().find(|migration| migration.version == version);
        if let Some(migration) = migration {
            migration.rows = Some(rows);
        }
    }

    /// Returns the folder as the user wrote it, without a leading `./` and a trailing `/`.
    pub fn folder(&self) -> &str {
        &self.folder
    }

    /// Returns the migrations in ascending order of their versions.
    pub fn set(&self) -> &[CheckedMigration] {
        &self.set
    }

    /// Returns the migrations as the runtime takes them, so that a set can run without the macro.
    pub fn migrations(&self) -> Vec<Migration<'_>> {
        self.set.iter().map(CheckedMigration::migration).collect()
    }

    /// Returns the result of the rehearsal; `None` if there was no rehearsal.
    pub fn rehearsal(&self) -> Option<&Rehearsal> {
        self.rehearsal.as_ref()
    }

    /// Returns for each migration the fingerprint of the schema after it, as far as the rehearsal
    /// proved it.
    ///
    /// It is `None` from the first up on that was not rehearsed, since nobody knows what that
    /// changes.
    pub fn proven_schemas(&self) -> impl Iterator<Item = Option<&Checksum>> {
        let schemas = self.rehearsal().map_or(&[][..], |rehearsal| &rehearsal.schemas);
        let known = self.set.iter().take_while(|migration| migration.up.is_rehearsed()).count();
        let proven = schemas.iter().take(known).map(Some);
        proven.chain(std::iter::repeat(None)).take(self.set.len())
    }

    /// Returns the warnings.
    pub fn warnings(&self) -> &Findings {
        &self.warnings
    }

    fn collision(&self) -> Option<Diagnostic> {
        let migrations = self.migrations();
        let [one, other] = collision(&migrations)?;
        let message = format!(
            "the states after version {} and after version {} have the same stamp",
            one.version(),
            other.version()
        );
        Some(
            Diagnostic::error(Code::StampCollision, message)
                .at(other.up().file())
                .at(one.up().file())
                .note(
                    "a database at one of them would pass for one at the other; this happens by \
                     chance, once in a billion sets",
                )
                .help(format!(
                    "write a keyword of `{}` in lower case: that changes the checksum, and nothing else",
                    other.up().file()
                )),
        )
    }
}

impl CheckedMigration {
    fn new(pair: Pair, previous: Option<Checksum>, errors: &Errors) -> Self {
        let ParsedScript { version, digits, name, .. } = &pair.up;
        let (version, digits, name) = (*version, digits.clone(), name.clone());
        let doc = pair.up.script.as_ref().map(|script| script.header.doc.clone());
        let mut up = CheckedScript::new(pair.up, errors);
        up.faults.follows_unknown = pair.follows_unknown;
        up.faults.is_unfit |= pair.is_double;
        let checksum = Checksum::of_script(&up.sql);
        Self {
            constant: constant(digits.parse().map_or(version, Version::new), &name),
            down: CheckedDown::new(&up, pair.down, errors),
            rows: None,
            chain: Checksum::chained(previous, version, checksum),
            version,
            digits,
            name,
            doc: doc.unwrap_or_default(),
            up,
            checksum,
        }
    }

    /// Returns its up, its down if that is a script, and its sample rows.
    pub fn scripts(&self) -> impl Iterator<Item = &CheckedScript> {
        [Some(&self.up), self.down.script(), self.rows.as_ref()].into_iter().flatten()
    }

    fn migration(&self) -> Migration<'_> {
        let down = match &self.down {
            CheckedDown::Script(script) => Down::Script(script.script()),
            CheckedDown::Irreversible(reason) => Down::Irreversible(reason),
            CheckedDown::UpOnly => Down::UpOnly,
        };
        let Self { version, name, up, checksum, chain, .. } = self;
        let migration = Migration::new(*version, name, up.script(), down, *checksum, *chain);
        match self.compatible_with() {
            Some(version) => migration.compatible(version),
            None => migration,
        }
    }

    /// Returns the oldest version whose programs may work with a database that has this migration, if `compatible-with`
    /// names one.
    pub fn compatible_with(&self) -> Option<Version> {
        self.up.directives.iter().find_map(|directive| match directive.kind {
            DirectiveKind::CompatibleWith(version) => Some(version),
            _ => None,
        })
    }

    /// Whether its up or its down has a step in Rust.
    pub fn has_code(&self) -> bool {
        [Some(&self.up), self.down.script()].into_iter().flatten().any(CheckedScript::has_code)
    }
}

impl CheckedScript {
    fn new(parsed: ParsedScript, errors: &Errors) -> Self {
        let Some(script) = parsed.script else { return Self::unread(parsed.path) };
        let faults = errors.faults(&parsed.path, &script);
        Self { faults, ..Self::from_script(parsed.path, script) }
    }

    /// Creates a script whose text could not be read.
    fn unread(file: String) -> Self {
        Self {
            file,
            sql: String::new(),
            mode: Mode::Transaction,
            directives: Vec::new(),
            statements: Vec::new(),
            writes: None,
            faults: Faults { is_unfit: true, ..Faults::default() },
        }
    }

    /// Creates a script without faults.
    pub(crate) fn from_script(file: String, script: script::Script) -> Self {
        Self {
            file,
            sql: script.sql,
            mode: script.mode,
            directives: script.header.directives,
            statements: script.statements,
            writes: None,
            faults: Faults::default(),
        }
    }

    fn script(&self) -> Script<'_> {
        let script = Script::new(&self.file, &self.sql, self.mode);
        let script = self.writes.as_deref().map_or(script, |tables| script.with_writes(tables));
        if self.has_code() { script.with_code() } else { script }
    }

    /// Parses a single script, as an up or a down in a file with this name; returns `None` if it is UTF-16.
    pub fn parse(
        file: &str,
        sql: &str,
        direction: Direction,
        findings: &mut Findings,
    ) -> Option<Self> {
        let script = script::Script::parse(file, sql.as_bytes(), direction, true, findings)?;
        Some(Self::from_script(file.to_owned(), script))
    }

    /// Returns the conditions that its directives state, with the byte ranges of the directives.
    pub fn conditions(&self) -> impl Iterator<Item = (&Condition, &Range<usize>)> {
        self.directives.iter().filter_map(|it| Some((it.condition.as_ref()?, &it.range)))
    }

    /// Returns the columns whose values a copy may change, with the byte ranges of the directives.
    pub fn allowed_columns(&self) -> impl Iterator<Item = (&ColumnName, &Range<usize>)> {
        self.directives
            .iter()
            .flat_map(|it| it.columns.iter().map(move |column| (column, &it.range)))
    }

    /// Whether a directive lets a copy change the values of this column, or of all columns.
    pub fn lets_change(&self, table: &str, column: &str) -> bool {
        let is_it = |named: &ColumnName| {
            named.table.eq_ignore_ascii_case(table) && named.column.eq_ignore_ascii_case(column)
        };
        self.says(DirectiveKind::Allow(Rule::ValuesMove))
            || self.allowed_columns().any(|(named, _)| is_it(named))
    }

    /// Returns the texts of its statements.
    pub fn texts(&self) -> impl Iterator<Item = &str> {
        self.statements.iter().filter_map(|range| self.sql.get(range.clone()))
    }

    /// Whether it can run as a down: it could be read, and it is not an empty file that was reported.
    fn is_usable_down(&self) -> bool {
        let says = |kind| self.says(kind);
        let may_be_empty = says(DirectiveKind::NothingToUndo) || says(DirectiveKind::Code);
        !self.faults.is_unfit && (!self.statements.is_empty() || may_be_empty)
    }

    /// Whether it has a step in Rust.
    pub fn has_code(&self) -> bool {
        self.says(DirectiveKind::Code)
    }

    /// Whether the rehearsal runs it: it has no `no-rehearsal`.
    pub fn is_rehearsed(&self) -> bool {
        !self.says(DirectiveKind::NoRehearsal)
    }

    /// Whether the file has this directive.
    pub fn says(&self, kind: DirectiveKind) -> bool {
        self.directives.iter().any(|directive| directive.kind == kind)
    }

    /// Returns the script with this assumption added to its directives.
    #[must_use]
    pub fn stating(&self, assumption: Assumption) -> Self {
        let kind = DirectiveKind::Assumes(assumption);
        let (reason, range, condition, columns) = (String::new(), 0..0, None, Vec::new());
        let mut stating = self.clone();
        stating.directives.push(Directive { kind, reason, range, condition, columns });
        stating
    }
}

impl CheckedDown {
    /// Returns the script, if there is one.
    pub fn script(&self) -> Option<&CheckedScript> {
        match self {
            Self::Script(script) => Some(script),
            Self::Irreversible(_) | Self::UpOnly => None,
        }
    }

    fn new(up: &CheckedScript, down: Option<ParsedScript>, errors: &Errors) -> Self {
        let mut directives = up.directives.iter();
        let irreversible = directives.find(|each| each.kind == DirectiveKind::Irreversible);
        let down = down.map(|down| CheckedScript::new(down, errors));
        match (down.filter(CheckedScript::is_usable_down), irreversible) {
            (_, Some(directive)) => Self::Irreversible(directive.reason.clone()),
            (Some(script), None) => Self::Script(script),
            (None, None) => Self::UpOnly,
        }
    }
}
