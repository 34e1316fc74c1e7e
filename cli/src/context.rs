//! The options of every command.

use std::path::PathBuf;

use clap::Args;

use crate::check_options::CheckOptions;

/// Options of every command.
#[derive(Args, Clone, Debug)]
pub(crate) struct Context {
    /// The package's `Cargo.toml` [default: the nearest one, here or in a parent folder]
    #[arg(long, global = true, value_name = "FILE", help_heading = "Where")]
    pub(crate) manifest_path: Option<PathBuf>,

    /// The folder with the migrations [default: the one that `embed_migrations!` names]
    #[arg(long, global = true, value_name = "FOLDER", help_heading = "Where")]
    pub(crate) dir: Option<PathBuf>,

    /// The database: a path, `sqlite:app.db` or `sqlite://app.db` [default: `DATABASE_URL`, or `database` in
    /// `[package.metadata.migratory]`]
    #[arg(long, global = true, value_name = "DATABASE", help_heading = "Where")]
    pub(crate) database: Option<String>,

    #[command(flatten)]
    pub(crate) options: CheckOptions,
}
