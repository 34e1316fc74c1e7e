//! What every command is given.

use std::path::PathBuf;

use clap::Args;

/// Options that every command takes.
#[derive(Args, Clone, Debug)]
pub(crate) struct Context {
    /// The `Cargo.toml` of the package that embeds the migrations; found upwards from here unless given.
    #[arg(long, global = true, value_name = "FILE", help_heading = "Where")]
    pub(crate) manifest_path: Option<PathBuf>,

    /// The folder of migrations; that of the package's `embed_migrations!` unless given.
    #[arg(long, global = true, value_name = "FOLDER", help_heading = "Where")]
    pub(crate) dir: Option<PathBuf>,

    /// The database: a path, `sqlite:app.db` or `sqlite://app.db`. Otherwise `DATABASE_URL`, or `database` in
    /// `[package.metadata.migratory]`.
    #[arg(long, global = true, value_name = "DATABASE", help_heading = "Where")]
    pub(crate) database: Option<String>,
}
