//! `new`: the files of the next migration, with statements if its name says what to do.

use clap::Args;
use migratory_analysis::naming::Direction;

use crate::body::{self, Directive, Draft, Ground, Missing, Reading, Script};
use crate::context::Context;
use crate::exit::Exit;
use crate::failure::{Failure, Result};
use crate::output::say;
use crate::path::shown;
use crate::project::Project;
use crate::scaffold::{self, File, Layout, Moment, Verdict};
use crate::set::Set;
use crate::style::{DONE, HELP, WARN};

/// Stands in for the reason that the author has yet to write, while the files are checked.
const REASON: &str = "to be written";

const EXAMPLES: &str = "\
Names that become statements, from the schema:
  create_<table>                           drop_<table, view, index or trigger>
  add_<column>_to_<table>                  drop_<column>_from_<table>
  rename_<column>_to_<new>_in_<table>      rename_<table>_to_<new>
  make_<column>_nullable_in_<table>        make_<column>_required_in_<table>
  index_<table>_on_<column>_and_<column>   unindex_<table>_on_<column>
Where ALTER TABLE can't do it, the table is rebuilt as SQLite's documentation says.

Examples:
  cargo migratory new add_email_to_person
  cargo migratory new make_release_year_nullable_in_item
  cargo migratory new purge_drafts --irreversible \"drafts are gone for good\"";

/// Write the next migration, up and down
#[derive(Args, Debug)]
#[command(after_help = EXAMPLES)]
pub(crate) struct New {
    /// What it does, in a few words, such as `add_email_to_person`
    name: String,

    /// Write no down, for this reason
    #[arg(long, value_name = "REASON", conflicts_with = "up_only")]
    irreversible: Option<String>,

    /// Write no down, for a set with `embed_migrations!(.., up_only)`
    #[arg(long)]
    up_only: bool,

    /// Write no statements, whatever the name says
    #[arg(long)]
    empty: bool,
}

/// Drafts of the files, the best first.
struct Found {
    drafts: Vec<Draft>,
    notes: Vec<String>,
    /// Whether the rest of the set has no findings, so that drafts can be checked.
    is_known: bool,
}

/// The files to write.
struct Plan {
    project: Project,
    layout: Layout,
    name: String,
    number: String,
    has_down: bool,
    notes: Vec<String>,
}

impl New {
    pub(crate) fn run(&self, context: &Context) -> Result<Exit> {
        let plan = self.plan(context)?;
        let Found { mut drafts, mut notes, is_known } = self.drafts(&plan)?;
        for draft in &mut drafts {
            self.adapt(draft, plan.has_down);
        }
        let draft = if is_known { plan.choose(drafts)? } else { first(drafts)? };
        notes.extend(draft.notes.iter().cloned());
        for path in scaffold::write(&plan.project.path(), &plan.files(&draft, ""))? {
            say(format_args!("{DONE}wrote{DONE:#} {}", shown(&path)));
        }
        for note in notes.iter().chain(&plan.notes) {
            say(format_args!(" {WARN}note{WARN:#} {note}"));
        }
        say(format_args!(" {HELP}next{HELP:#} {}", next(&draft)));
        Ok(Exit::Done)
    }

    fn plan(&self, context: &Context) -> Result<Plan> {
        let name = scaffold::title(&self.name)?;
        if self.irreversible.as_deref().is_some_and(|reason| reason.trim().is_empty()) {
            return Err(Failure::new("`--irreversible` needs a reason")
                .because("someone who reads the file in a year has to know why")
                .help("write `--irreversible \"<reason>\"`")
                .exit(Exit::Usage));
        }
        let options = context.options.without_up_only();
        let mut project = Project::find(&Context { options, ..context.clone() })?;
        let mut notes = Vec::new();
        if self.up_only && !project.options.up_only {
            let missed =
                "add `up_only` to `embed_migrations!`: otherwise the build requires a down";
            notes.push(missed.to_owned());
            project.options.up_only = true;
        }
        let layout = Layout::read(&project.path(), project.options.up_only);
        if let Some(number) = layout.taken(&name) {
            return Err(Failure::new(format!("migration {number} is already called `{name}`"))
                .help("choose a name that tells the two apart; nothing was written"));
        }
        let number = layout.next(Moment::now());
        let up_only = self.up_only || (project.options.up_only && !layout.has_downs());
        let has_down = layout.form.has_downs() && !up_only && self.irreversible.is_none();
        Ok(Plan { project, layout, name, number, has_down, notes })
    }

    /// Drafts of the files.
    fn drafts(&self, plan: &Plan) -> Result<Found> {
        let mut found = Found { drafts: Vec::new(), notes: Vec::new(), is_known: !self.empty };
        if !self.empty {
            let ground = plan.ground()?;
            found.is_known = ground.is_some();
            let ground = ground.map_or_else(|| Ground::empty(plan.project.min_sqlite), Ok)?;
            match body::read(&plan.name, &ground.schema) {
                Reading::Verb(verb) => found.drafts = body::drafts(&verb, &ground)?,
                Reading::Missing(missing) => found.notes.push(passed_over(&missing)?),
                Reading::Unknown => {}
            }
        }
        if found.drafts.is_empty() {
            found.drafts.push(empty(&plan.name));
        }
        Ok(found)
    }

    /// Removes the down if the migration should have none, and adds the reason.
    fn adapt(&self, draft: &mut Draft, has_down: bool) {
        if !has_down {
            draft.down = None;
            draft.notes.retain(|note| !note.starts_with("in the down"));
        }
        let Some(reason) = &self.irreversible else { return };
        // A directive is one line.
        let reason = reason.split_whitespace().collect::<Vec<_>>().join(" ");
        let directives = &mut draft.up.directives;
        directives.retain(|directive| directive.text != "irreversible");
        // The reason also covers the lost data.
        for directive in directives.iter_mut() {
            directive.reason = Some(reason.clone());
        }
        directives.push(Directive { text: "irreversible", reason: Some(reason) });
    }
}

impl Plan {
    /// The schema before the migration; `None` if it is unknown and not needed.
    fn ground(&self) -> Result<Option<Ground>> {
        let Project { options, min_sqlite, .. } = &self.project;
        if self.layout.is_empty() {
            return Ok(Some(Ground::empty(*min_sqlite)?));
        }
        let known = Set::read(&self.project)
            .and_then(|set| Ok(Ground::after(set.checked, options, *min_sqlite)?));
        match known {
            Ok(ground) => Ok(Some(ground)),
            Err(_) if !body::wants_schema(&self.name) => Ok(None),
            // A check explains better than a failed statement.
            Err(failure) => Err(Set::of(&self.project).err().unwrap_or(failure)),
        }
    }

    /// The first draft without errors; failing that, the last one, with its errors as notes.
    fn choose(&self, drafts: Vec<Draft>) -> Result<Draft> {
        let mut last = None;
        for mut draft in drafts {
            if draft.up.blocks.is_empty() {
                return Ok(draft);
            }
            let verdict = scaffold::judge(&self.project, &self.files(&draft, REASON))?;
            let Verdict::Refused(said) = verdict else { return Ok(draft) };
            // The set may have had errors before.
            let fault = if self.layout.is_empty() { None } else { Set::of(&self.project).err() };
            match fault {
                Some(failure) if body::wants_schema(&self.name) => return Err(failure),
                Some(_) => return Ok(draft),
                None => {}
            }
            draft.notes.extend(said.iter().map(|it| format!("`check` will report {it}")));
            last = Some(draft);
        }
        first(last)
    }

    fn files(&self, draft: &Draft, reason: &str) -> Vec<File> {
        let path = |direction| self.layout.form.write(&self.number, &self.name, direction);
        let file =
            |script: &Script, direction| File { path: path(direction), text: script.text(reason) };
        let up = file(&draft.up, Direction::Up);
        let down = draft.down.as_ref().map(|script| file(script, Direction::Down));
        std::iter::once(up).chain(down).collect()
    }
}

fn first(drafts: impl IntoIterator<Item = Draft>) -> Result<Draft> {
    drafts.into_iter().next().ok_or_else(|| Failure::new("nothing to write"))
}

/// A near miss is a typo, and refused; any other name means something else, and gets no statements.
fn passed_over(missing: &Missing) -> Result<String> {
    match &missing.meant {
        Some(meant) => Err(Failure::new(&missing.what)
            .help(format!("did you mean `cargo migratory new {meant}`?"))
            .help("`--empty` accepts the name as it is, and writes no statements")
            .exit(Exit::Usage)),
        None => Ok(format!("{}, so no statements were written", missing.what)),
    }
}

/// Files without statements.
fn empty(name: &str) -> Draft {
    let up = Script::new(scaffold::sentence(name), Vec::new()).line("Write the statements here.");
    let down = Script::new(format!("Undoes `{name}`."), Vec::new())
        .line("Write the statements here, in reverse order; if there is nothing to undo, write")
        .line("`-- migratory: nothing-to-undo: <reason>` instead.");
    Draft { up, down: Some(down), notes: Vec::new() }
}

fn next(draft: &Draft) -> &'static str {
    if draft.up.blocks.is_empty() {
        "write the statements, then run `cargo migratory check`"
    } else if draft.asks_for_reason() {
        "write the reason in the line `-- migratory:`, then run `cargo migratory check`"
    } else {
        "review the files, then run `cargo migratory check`"
    }
}
