//! `completions`.

use std::fs;
use std::path::{Path, PathBuf};

use clap::{Args, CommandFactory as _};
use clap_complete::Shell;

use super::Cli;
use crate::context::Context;
use crate::exit::Exit;
use crate::failure::{Failure, Result};
use crate::output::print;

const EXAMPLES: &str = "\
Examples:
  cargo migratory completions bash > ~/.local/share/bash-completion/completions/cargo-migratory
  cargo migratory completions zsh > ~/.zfunc/_cargo-migratory
  cargo migratory completions --man ~/.local/share/man/man1

They complete `cargo-migratory`; zsh uses them for `cargo migratory` too.";

/// Print shell completions, or write man pages
#[derive(Args, Debug)]
#[command(after_help = EXAMPLES)]
pub(crate) struct Completions {
    /// The shell
    #[arg(value_enum, required_unless_present = "man")]
    shell: Option<Shell>,

    /// Write a man page for each command to this folder instead
    #[arg(long, value_name = "FOLDER", conflicts_with = "shell")]
    man: Option<PathBuf>,
}

impl Completions {
    pub(crate) fn run(&self, _context: &Context) -> Result<Exit> {
        if let Some(folder) = &self.man {
            write_pages(folder)?;
        }
        if let Some(shell) = self.shell {
            let mut script = Vec::new();
            clap_complete::generate(shell, &mut Cli::command(), "cargo-migratory", &mut script);
            print(&String::from_utf8_lossy(&script))?;
        }
        Ok(Exit::Done)
    }
}

fn write_pages(folder: &Path) -> Result<()> {
    let written =
        fs::create_dir_all(folder).and_then(|()| clap_mangen::generate_to(Cli::command(), folder));
    written.map_err(|error| {
        Failure::new(format!("can't write the man pages to {}", folder.display()))
            .because(error)
            .help("pass a folder that is writable")
    })
}
