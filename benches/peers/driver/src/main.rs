//! Compares migratory with other libraries, and writes `benches/RESULTS.md`.
//!
//! `peers-driver [--rounds <n>] [<section> ..]` runs these sections, or all, and replaces them in
//! the results. `sets` writes the migrations, `program` builds a program for each library (`peer`)
//! and set, a `section` runs them in turn (`rounds`), `statistics` summarises the samples, `table`
//! formats them (`unit`), and `results` updates the file.

#![forbid(unsafe_code)]

mod arguments;
mod machine;
mod peer;
mod place;
mod process;
mod program;
mod results;
mod rounds;
mod section;
mod sets;
mod sql;
mod statistics;
mod table;
mod unit;

use std::process::ExitCode;

use arguments::Arguments;
use place::Place;

/// An error.
type Fault = Box<dyn std::error::Error>;
type Outcome<T = ()> = Result<T, Fault>;

fn main() -> ExitCode {
    match run() {
        Ok(()) => ExitCode::SUCCESS,
        Err(fault) => {
            eprintln!("error: {fault}");
            ExitCode::FAILURE
        }
    }
}

fn run() -> Outcome {
    let arguments = Arguments::parse(std::env::args().skip(1))?;
    let place = Place::new(arguments.rounds)?;
    sets::write(&place.sets)?;
    results::put(&place, "machine", &machine::describe(&place)?)?;
    for section in arguments.sections {
        eprintln!("{}:", section.name);
        let text = (section.measure)(&place)?;
        results::put(&place, section.name, &text)?;
    }
    Ok(())
}
