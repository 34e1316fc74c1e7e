//! The integration tests of the whole, in one binary. Each module states what it proves.

#![allow(clippy::panic, clippy::unwrap_used, reason = "a test that can't continue panics")]
#![allow(clippy::needless_raw_string_hashes, reason = "expect-test writes them so")]

mod backup;
mod cases;
mod code;
mod connection;
mod copied_away;
mod edge_values;
#[cfg(unix)]
mod edges;
mod entries;
mod environment;
mod errors;
mod faults;
mod foreign_keys;
mod helps;
mod house;
mod mapped;
mod model;
mod newer;
mod observer;
mod odd;
mod one_build;
mod parts;
mod processes;
mod rebuilds;
mod refusals;
mod runs;
mod sample;
mod shipped;
mod side_effects;
mod silenced;
mod start;
mod stored_downs;
mod support;
mod surface;
mod take_over;
mod traps;
mod trust;
mod verify;
mod wedges;
