//! `cargo migratory`.

use std::process::ExitCode;

fn main() -> ExitCode {
    cargo_migratory::main()
}
