//! SQLite on the disk: it works, it survives what it promises to survive, and nothing more.

#![allow(clippy::panic, clippy::unwrap_used, reason = "a test that can't continue panics")]

mod faults;
mod keywords;
mod power;
mod sql;
mod support;
