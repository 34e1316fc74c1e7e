//! SQLite on the disk: it works, it survives what it promises to survive, and nothing more.

#![allow(clippy::panic, clippy::unwrap_used, reason = "a test that can't go on says so")]

mod faults;
mod keywords;
mod power;
mod sql;
mod support;
