//! What a build embeds.

use std::ops::Range;

use migratory_core::stamp::collision;
use migratory_core::{Checksum, Direction, Down, Migration, Mode, Script, Version};

use crate::naming::constant::constant;
use crate::set::assembled::Assembled;
use crate::set::faults::{Errors, Faults};
use crate::set::pair::Pair;
use crate::set::parsed::ParsedScript;
use crate::text::directive::{Assumption, ColumnName, Condition, Directive, DirectiveKind, Rule};
use crate::text::script;
use crate::{Code, Diagnostic, Findings, Rehearsal};

#[cfg(test)]
mod tests;

/// A set of migrations in which nothing was found wrong.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Checked {
    folder: String,
    set: Vec<CheckedMigration>,
    warnings: Findings,
    rehearsal: Option<Rehearsal>,
    /// The texts of files that have no place in a set which is refused.
    pub unplaced: Vec<String>,
}

/// A migration, and all that is known of it.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct CheckedMigration {
    /// Its number.
    pub version: Version,
    /// The digits of the number as they stand in the file name, Diesel's dashes left out.
    pub digits: String,
    /// Its name, as `initial_schema`.
    pub name: String,
    /// The name of the constant that stands for its version, as `V1_INITIAL_SCHEMA`.
    pub constant: String,
    /// The comment at the top of the up, line by line, without comment marks and directives.
    pub doc: Vec<String>,
    /// The script that applies it.
    pub up: CheckedScript,
    /// The way back.
    pub down: CheckedDown,
    /// Rows that a person gives the rehearsal after it.
    pub rows: Option<CheckedScript>,
    /// The checksum of its up.
    pub checksum: Checksum,
    /// The chain of the set up to and with this migration.
    pub chain: Checksum,
}

/// A script, and how it is run.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct CheckedScript {
    /// The file, relative to the package, with `/`.
    pub file: String,
    /// Its text, a byte order mark left out.
    pub sql: String,
    /// How it stands to the runner's transaction.
    pub mode: Mode,
    /// What it says to migratory.
    pub directives: Vec<Directive>,
    /// Where its statements are, in bytes of the text.
    pub statements: Vec<Range<usize>>,
    /// The tables that its rehearsal saw it write to, one a line; only of a script that runs with foreign keys off.
    pub writes: Option<String>,
    /// What is wrong with it before it runs; nothing in a set that is taken.
    pub faults: Faults,
}

/// The way back from a migration.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum CheckedDown {
    /// A script; one without a statement if the up left nothing to undo, or if a step in Rust undoes it.
    Script(CheckedScript),
    /// There is none, for this reason.
    Irreversible(String),
    /// There is none, since the set needs none here.
    UpOnly,
}

impl Checked {
    /// Computes what is embedded of a set; `None` if two states of it could not be told apart.
    ///
    /// Of a set with errors it is what a rehearsal runs.
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

    /// Adds what a rehearsal found out.
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

    /// The version that is written as in a file name, Diesel's dashes admitted.
    pub(crate) fn named(&self, written: &str) -> Option<Version> {
        let digits = written.replace('-', "");
        let number = digits.parse().ok().map(Version::new);
        let is_it = |it: &&CheckedMigration| Some(it.version) == number || it.digits == digits;
        self.set.iter().find(is_it).map(|migration| migration.version)
    }

    /// Gives the rehearsal rows to put in after a migration.
    pub(crate) fn give(&mut self, version: Version, rows: CheckedScript) {
        let migration = self.set.iter_mut().find(|migration| migration.version == version);
        if let Some(migration) = migration {
            migration.rows = Some(rows);
        }
    }

    /// The folder, as the user wrote it, without `./` before and `/` after.
    pub fn folder(&self) -> &str {
        &self.folder
    }

    /// The migrations and all that is known of them, in ascending order of their versions.
    pub fn set(&self) -> &[CheckedMigration] {
        &self.set
    }

    /// The migrations as the runtime takes them: a set can be run without a macro.
    pub fn migrations(&self) -> Vec<Migration<'_>> {
        self.set.iter().map(CheckedMigration::migration).collect()
    }

    /// What the rehearsal found out; `None` if there was none.
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

    /// What was found and does not keep the set from being taken.
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

    /// Its up, its down if it is a script, and the rows that are given after it.
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

    /// The oldest version whose programs may work with a database that has this migration, if its
    /// author gave one.
    pub fn compatible_with(&self) -> Option<Version> {
        self.up.directives.iter().find_map(|directive| match directive.kind {
            DirectiveKind::CompatibleWith(version) => Some(version),
            _ => None,
        })
    }

    /// Whether a step in Rust belongs to its up or to its down.
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

    /// A script whose text could not be read.
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

    /// A script that is no migration's up or down.
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

    /// Reads a script that stands alone, as an up or a down whose file has this name; `None` if its text can't be read.
    pub fn parse(
        file: &str,
        sql: &str,
        direction: Direction,
        findings: &mut Findings,
    ) -> Option<Self> {
        let script = script::Script::parse(file, sql.as_bytes(), direction, true, findings)?;
        Some(Self::from_script(file.to_owned(), script))
    }

    /// The conditions that it states of rows, and where.
    pub fn conditions(&self) -> impl Iterator<Item = (&Condition, &Range<usize>)> {
        self.directives.iter().filter_map(|it| Some((it.condition.as_ref()?, &it.range)))
    }

    /// The columns whose values it may change in a copy, as it states, and where.
    pub fn allowed_columns(&self) -> impl Iterator<Item = (&ColumnName, &Range<usize>)> {
        self.directives
            .iter()
            .flat_map(|it| it.columns.iter().map(move |column| (column, &it.range)))
    }

    /// Whether it states that a copy may change the values of this column, or of all.
    pub fn lets_change(&self, table: &str, column: &str) -> bool {
        let is_it = |named: &ColumnName| {
            named.table.eq_ignore_ascii_case(table) && named.column.eq_ignore_ascii_case(column)
        };
        self.says(DirectiveKind::Allow(Rule::ValuesMove))
            || self.allowed_columns().any(|(named, _)| is_it(named))
    }

    /// The texts of its statements.
    pub fn texts(&self) -> impl Iterator<Item = &str> {
        self.statements.iter().filter_map(|range| self.sql.get(range.clone()))
    }

    /// Whether it is a down that can be tried: not one that could not be read, nor an empty one that was reported.
    fn may_undo(&self) -> bool {
        let says = |kind| self.says(kind);
        let is_meant = says(DirectiveKind::NothingToUndo) || says(DirectiveKind::Code);
        !self.faults.is_unfit && (!self.statements.is_empty() || is_meant)
    }

    /// Whether a step in Rust belongs to it.
    pub fn has_code(&self) -> bool {
        self.says(DirectiveKind::Code)
    }

    /// Whether the file does not say that it can't be run while the program compiles.
    pub fn is_rehearsed(&self) -> bool {
        !self.says(DirectiveKind::NoRehearsal)
    }

    /// Whether the file has this directive.
    pub fn says(&self, kind: DirectiveKind) -> bool {
        self.directives.iter().any(|directive| directive.kind == kind)
    }

    /// The script as it would be if it stated this too.
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
    /// The script, if there is one.
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
        match (down.filter(CheckedScript::may_undo), irreversible) {
            (_, Some(directive)) => Self::Irreversible(directive.reason.clone()),
            (Some(script), None) => Self::Script(script),
            (None, None) => Self::UpOnly,
        }
    }
}
