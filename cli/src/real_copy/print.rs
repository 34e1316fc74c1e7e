//! Prints the result for people.

use std::collections::BTreeMap;

use migratory_rehearsal::real::{Comparison, Standing, harmless};

use super::course::{Back, Compared, Seen};
use super::text::{difference, falsified, sample, totals};
use crate::output::say;
use crate::style::{DIM, DONE, ERROR, HELP, WARN};
use crate::table::Table;

/// How a script declares an intended loss.
const MEANT: &str = "if the loss is intended, declare it: with a DELETE or an UPDATE of that table or, for a copy, at the top of the file: \
     `-- migratory: allow(partial_copy): <reason>` for rows, `allow(values_move: <table>.<column>)` for values";

/// What to do about a false assumption.
const FALSE: &str = "before the statements that rely on the assumption, change or delete these rows; then remove the assumption";

impl Seen {
    pub(crate) fn print(&self) {
        if self.steps.is_empty() {
            say(format_args!("nothing is pending"));
            return;
        }
        self.print_steps();
        print_rows(&self.up.rows);
        if let Some(why) = &self.unread {
            say(format_args!("{WARN}unknown{WARN:#}: what the scripts change on purpose: {why}"));
        }
        for unmet in &self.unmet {
            say(format_args!("{ERROR}false{ERROR:#}: {}", falsified(unmet)));
        }
        print_compared(&self.up);
        match &self.back {
            Back::Down(back) => print_return(back),
            Back::OneWay(why) => say(format_args!("{DIM}it can't be rolled back: {why}{DIM:#}")),
            Back::Nothing | Back::Failed(_) => {}
        }
        self.print_end();
        if !self.unmet.is_empty() {
            say(format_args!(
                "{ERROR}the migrations assume something that is false for this database{ERROR:#}"
            ));
            say(format_args!("{HELP}help{HELP:#}: {FALSE}"));
        }
    }

    fn print_steps(&self) {
        let mut table = Table::new(&["version", "name", "took", "growth"], &[0, 2, 3]);
        for step in &self.steps {
            let took = format!("{:.3} s", step.seconds);
            let growth = format!("{} KiB", step.growth / 1024);
            table.row([step.version.to_string(), step.name.clone(), took, growth]);
        }
        print_table(&table);
    }

    fn print_end(&self) {
        if let Some(verdict) = &self.unsound {
            say(format_args!("{ERROR}the copy is damaged{ERROR:#}: {}", harmless(verdict)));
            return;
        }
        match &self.back {
            Back::Failed(failure) => failure.print(),
            Back::Down(back) if !self.up.has_losses() && back.is_same() => say(format_args!(
                "{DONE}up, down and up again{DONE:#}: the copy is sound and was restored exactly; {} compared",
                totals(&back.rows)
            )),
            Back::Down(back) if !self.up.has_losses() && !back.has_losses() => say(format_args!(
                "{DONE}up, down and up again{DONE:#}: the copy is sound; {} compared, and all losses are declared",
                totals(&back.rows)
            )),
            _ if self.up.has_losses() => {
                say(format_args!(
                    "{ERROR}rows or values are lost{ERROR:#}; {} compared after the up",
                    totals(&self.up.rows)
                ));
                say(format_args!("{HELP}help{HELP:#}: {MEANT}"));
            }
            Back::Down(back) => say(format_args!(
                "{ERROR}the down does not restore the copy{ERROR:#}; {} compared",
                totals(&back.rows)
            )),
            Back::OneWay(_) | Back::Nothing => say(format_args!(
                "{DONE}up{DONE:#}: the copy is sound; {} compared",
                totals(&self.up.rows)
            )),
        }
    }
}

/// Prints how many rows each table has before and after.
fn print_rows(comparison: &Comparison) {
    let mut table = Table::new(&["table", "rows before", "rows after"], &[1, 2]);
    let counted =
        comparison.tables.iter().map(|(name, rows)| (name, (Some(rows.before), rows.after)));
    let new = comparison.new.iter().map(|(name, rows)| (name, (None, Some(*rows))));
    let all: BTreeMap<_, _> = new.chain(counted).collect();
    let shown = |rows: Option<u64>| rows.map_or("-".to_owned(), |rows| rows.to_string());
    for (name, (before, after)) in all {
        table.row([name.clone(), shown(before), shown(after)]);
    }
    print_table(&table);
}

fn print_table<const N: usize>(table: &Table<N>) {
    table.lines().iter().for_each(|line| say(format_args!("{line}")));
    say("");
}

/// Prints everything that is lost after the up.
fn print_compared(compared: &Compared) {
    print_differences(&compared.rows, "lost");
    for (index, why) in &compared.stale {
        say(format_args!(
            "{ERROR}lost{ERROR:#}: the full-text index {index} does not match its rows: {why}"
        ));
    }
}

/// Prints everything that is not restored after up and down.
fn print_return(back: &Compared) {
    if !back.is_same() {
        say(format_args!("after the down:"));
    }
    print_differences(&back.rows, "not restored");
    for line in &back.schema {
        say(format_args!("{ERROR}not restored{ERROR:#}: {line}"));
    }
    for (index, why) in &back.stale {
        say(format_args!(
            "{ERROR}not restored{ERROR:#}: the full-text index {index} does not match its rows: {why}"
        ));
    }
}

fn print_differences(comparison: &Comparison, lost: &str) {
    for it in &comparison.differences {
        let line = difference(it, comparison);
        match &it.standing {
            Standing::Intended(file) => say(format_args!("{DIM}intended by {file}{DIM:#}: {line}")),
            Standing::Improved => say(format_args!("{DIM}changed{DIM:#}: {line}")),
            _ => {
                say(format_args!("{ERROR}{lost}{ERROR:#}: {line}"));
                for row in &it.samples {
                    say(format_args!("    {}", sample(row)));
                }
            }
        }
    }
    for left in &comparison.left {
        say(format_args!("{WARN}not compared{WARN:#}: {}: {}", left.table, left.why));
    }
}
