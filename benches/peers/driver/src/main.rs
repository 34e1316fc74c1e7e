//! Compares migratory with other libraries, and writes `benches/RESULTS.md`.
//!
//! `peers-driver [--rounds <n>]` measures all sections and writes the file, in one go and from one
//! commit. `peers-driver <section> ..` prints these sections; `--to <file>` writes elsewhere.
//! `peers-driver figures` takes the figures in `README.md` from the results.
//!
//! `sets` writes the migrations, `program` builds a program for each library (`peer`) and set, a
//! `section` runs them in turn (`rounds`), `statistics` summarises the samples, `table` formats
//! them (`unit`), `results` composes the document, below what `machine` and `commit` say, and
//! `figures` reads it.

#![forbid(unsafe_code)]

mod arguments;
mod commit;
mod figures;
mod machine;
mod marked;
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

use arguments::{Measure, Task};
use place::Place;
use results::Report;

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
    match Task::parse(std::env::args().skip(1))? {
        Task::Figures => figures::update(&Place::new(None)?),
        Task::Measure(wanted) => measure(&wanted),
    }
}

fn measure(wanted: &Measure) -> Outcome {
    let place = Place::new(wanted.rounds)?;
    let mut report = Report::begin(&place, &wanted.to)?;
    sets::write(&place.sets)?;
    for section in &wanted.sections {
        eprintln!("{}, after {}:", section.name, report.elapsed());
        let text = (section.measure)(&place)?;
        println!("{text}");
        report.add(section.name, &text);
    }
    report.finish()
}
