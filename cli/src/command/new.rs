//! `new`: the files of the next migration, with a body where the name says what is to be done.

use clap::Args;
use migratory_analysis::naming::Direction;

use crate::body::{self, Directive, Draft, Ground, Missing, Reading, Script};
use crate::context::Context;
use crate::exit::Exit;
use crate::failure::{Failure, Result};
use crate::output::{DONE, HELP, WARN, say};
use crate::project::Project;
use crate::scaffold::{self, File, Layout, Moment, Verdict};
use crate::set::{Set, shown};

/// Stands for a reason that a person has yet to write, while the files are tried out.
const REASON: &str = "told by the author";

const EXAMPLES: &str = "\
Names that are understood, and written from the schema:
  create_<table>                           drop_<table, view, index or trigger>
  add_<column>_to_<table>                  drop_<column>_from_<table>
  rename_<column>_to_<new>_in_<table>      rename_<table>_to_<new>
  make_<column>_nullable_in_<table>        make_<column>_required_in_<table>
  index_<table>_on_<column>_and_<column>   unindex_<table>_on_<column>
Where ALTER TABLE does not suffice, the table is rebuilt as SQLite's documentation says.

Examples:
  cargo migratory new add_email_to_person
  cargo migratory new make_release_year_nullable_in_item
  cargo migratory new purge_drafts --irreversible \"drafts are gone for good\"";

/// Writes the next migration, up and down.
#[derive(Args, Debug)]
#[command(after_help = EXAMPLES)]
pub(crate) struct New {
    /// What it does, in a few words, such as `add_email_to_person`.
    name: String,

    /// Why it can't be undone; then there is no down.
    #[arg(long, value_name = "REASON", conflicts_with = "up_only")]
    irreversible: Option<String>,

    /// Takes the set for one without downs, as `embed_migrations!(.., up_only)` does, and writes none.
    #[arg(long)]
    up_only: bool,

    /// Writes no statements, whatever the name says.
    #[arg(long)]
    empty: bool,
}

/// What the files may hold, the best first.
struct Found {
    drafts: Vec<Draft>,
    notes: Vec<String>,
    /// Whether the rest of the set is in order, so that a draft can be tried out.
    is_known: bool,
}

/// Where the files are to be written.
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
            return Err(Failure::new("`--irreversible` lacks its reason")
                .because("whoever reads the file in a year has to know why")
                .help("write `--irreversible \"<reason>\"`")
                .exit(Exit::Usage));
        }
        let mut project = Project::find(context)?;
        let mut notes = Vec::new();
        if self.up_only && !project.options.up_only {
            let missed =
                "add `up_only` to `embed_migrations!`: the build would miss the down without it";
            notes.push(missed.to_owned());
            project.options.up_only = true;
        }
        let layout = Layout::read(&project.path(), project.options.up_only);
        if let Some(number) = layout.taken(&name) {
            return Err(Failure::new(format!("the migration {number} is called `{name}` already"))
                .help("say what this one does that the other does not; nothing was written"));
        }
        let number = layout.next(Moment::now());
        let up_only = self.up_only || (project.options.up_only && !layout.has_downs());
        let has_down = layout.form.has_downs() && !up_only && self.irreversible.is_none();
        Ok(Plan { project, layout, name, number, has_down, notes })
    }

    /// What the files may hold.
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

    /// Takes the down away where there is to be none, and says why.
    fn adapt(&self, draft: &mut Draft, has_down: bool) {
        if !has_down {
            draft.down = None;
            draft.notes.retain(|note| !note.starts_with("in the down"));
        }
        let Some(reason) = &self.irreversible else { return };
        // A directive is one line.
        let reason = reason.split_whitespace().collect::<Vec<_>>().join(" ");
        let directives = &mut draft.up.directives;
        directives.retain(|directive| directive.said != "irreversible");
        // What is lost is lost for the same reason.
        for directive in directives.iter_mut() {
            directive.reason = Some(reason.clone());
        }
        directives.push(Directive { said: "irreversible", reason: Some(reason) });
    }
}

impl Plan {
    /// What the migration will meet; `None` if it is not known, and not needed either.
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
            // Whatever does not go through here is told better by a check.
            Err(failure) => Err(Set::of(&self.project).err().unwrap_or(failure)),
        }
    }

    /// The first draft that a check lets through, or else the last, with what is wrong with it.
    fn choose(&self, drafts: Vec<Draft>) -> Result<Draft> {
        let mut last = None;
        for mut draft in drafts {
            if draft.up.blocks.is_empty() {
                return Ok(draft);
            }
            let verdict = scaffold::judge(&self.project, &self.files(&draft, REASON))?;
            let Verdict::Refused(said) = verdict else { return Ok(draft) };
            // It may be that the set was not right before.
            let fault = if self.layout.is_empty() { None } else { Set::of(&self.project).err() };
            match fault {
                Some(failure) if body::wants_schema(&self.name) => return Err(failure),
                Some(_) => return Ok(draft),
                None => {}
            }
            draft.notes.extend(said.iter().map(|it| format!("a check will say {it}")));
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
    drafts.into_iter().next().ok_or_else(|| Failure::new("there is nothing to write"))
}

/// A name that nearly is a verb's is a slip; one that is far from it says something else.
fn passed_over(missing: &Missing) -> Result<String> {
    match &missing.meant {
        Some(meant) => Err(Failure::new(&missing.what)
            .help(format!("did you mean `cargo migratory new {meant}`?"))
            .help("`--empty` takes the name as it is, and writes no statements")
            .exit(Exit::Usage)),
        None => Ok(format!("{}, so no statement was written", missing.what)),
    }
}

/// Files without statements.
fn empty(name: &str) -> Draft {
    let up = Script::new(scaffold::sentence(name), Vec::new()).line("Its statements come here.");
    let down = Script::new(format!("Undoes `{name}`."), Vec::new())
        .line("Its statements come here, what was done last first; if there is nothing to undo, the file")
        .line("says `nothing-to-undo`, and why.");
    Draft { up, down: Some(down), notes: Vec::new() }
}

fn next(draft: &Draft) -> &'static str {
    if draft.up.blocks.is_empty() {
        "write the statements, and see what `cargo migratory check` says"
    } else if draft.asks_for_reason() {
        "write the reason behind `-- migratory:`, and see what `cargo migratory check` says"
    } else {
        "read the files, and see what `cargo migratory check` says"
    }
}
