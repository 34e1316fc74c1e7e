//! The types that the crates of [`migratory`](https://docs.rs/migratory) share, and tools for SQL
//! as text.
//!
//! This crate has no dependencies, and in particular doesn't need SQLite: in a first build of
//! migratory it compiles while SQLite's C code does. Applications depend on `migratory`, which
//! re-exports what they need.

mod checksum;
mod direction;
pub mod fingerprint;
pub mod head;
mod migration;
mod mode;
mod plan;
mod sha256;
pub mod sql;
pub mod stamp;
mod table;
mod version;

pub use checksum::Checksum;
pub use direction::Direction;
pub use migration::{Down, Folder, Migration, MigrationSet, Script, embedded};
pub use mode::Mode;
pub use plan::{Goal, Grouping, Plan, Step, Target};
pub use sha256::Sha256;
pub use table::{Align, Table};
pub use version::Version;
