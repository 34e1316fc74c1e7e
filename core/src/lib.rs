//! The types that the crates of [`migratory`](https://docs.rs/migratory) share, and tools for SQL
//! as text.
//!
//! Applications depend on `migratory`, which re-exports the types that they need; this crate is for
//! tools that read migrations or plans without SQLite. It has no dependencies, so it compiles while
//! SQLite's C code does, which takes most of a first build of migratory.

mod checksum;
mod direction;
pub mod fingerprint;
pub mod head;
mod migration;
mod mode;
mod needs;
mod plan;
mod set;
mod sha256;
pub mod sql;
pub mod stamp;
mod table;
mod version;

pub use checksum::Checksum;
pub use direction::Direction;
pub use migration::{Down, Migration, Script, embedded};
pub use mode::Mode;
pub use needs::Needs;
pub use plan::{Goal, Grouping, Plan, Step, Target};
pub use set::{Folder, MigrationSet};
pub use sha256::Sha256;
pub use table::{Align, Table};
pub use version::Version;
