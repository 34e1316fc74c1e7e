//! What a library adds to the program's size, memory and allocations.

use std::fs;
use std::path::Path;
use std::process::Command;

use crate::Outcome;
use crate::peer::{self, Peer};
use crate::place::Place;
use crate::process;
use crate::program::Program;
use crate::sets::{self, Layout};
use crate::statistics::median;
use crate::table::Table;
use crate::unit::{kib, mib, thousands};

const SET: &str = "100";
const STARTS: usize = 5;

pub(crate) fn measure(place: &Place) -> Outcome<String> {
    let folder = place.empty("size")?;
    let mut size = Table::new(
        1,
        [
            "library",
            "stripped",
            "over bare",
            "over bare, LTO",
            "of it SQL",
            "copies of an up",
            "of its down",
        ],
    );
    let mut memory = Table::new(
        1,
        [
            "library",
            "most memory, fresh file",
            "nothing to do",
            "allocations, nothing to do",
            "bytes",
        ],
    );
    let mut floors = [None, None];
    for peer in &peer::ALL {
        let program = Program::build(place, peer, SET)?;
        let bytes = stripped(&program.path, &folder.join(peer.name))?;
        let over = added(bytes.len(), &mut floors[0]);
        let over_lto = match with_lto(place, peer, &folder)? {
            Some(size) => added(size, &mut floors[1]),
            None => "–".into(),
        };
        let [up, down] = occurrences(peer, &bytes);
        let sql = kib(as_number(embedded(peer)));
        let stripped = kib(as_number(bytes.len()));
        size.row([peer.name.into(), stripped, over, over_lto, sql, up, down]);
        memory.row(needs(place, peer, &program, &folder)?);
    }
    let (bytes, needs) = (size.render(), memory.render());
    Ok(crate::section::written(
        "Size, memory, allocations",
        "How much does a library add to a program with 100 migrations, and what does a start need? `bare` embeds no \
         migrations.",
        &format!("{bytes}\n{needs}"),
        "The programs are stripped release builds that only migrate; those under `LTO` \
         have `lto = true, codegen-units = 1`. refinery embeds no downs, and only migratory embeds \
         checksums and hashes of schemas. Memory is the peak of the process (`VmHWM`), including SQLite; \
         allocations are those of Rust code in one call on a warm connection, without SQLite's.",
    ))
}

/// Formats what a size is over that of the first program.
fn added(size: usize, floor: &mut Option<usize>) -> String {
    let floor = *floor.get_or_insert(size);
    kib(as_number(size) - as_number(floor))
}

/// Returns the size of the program that is optimised across crates, of a few libraries: it takes a
/// build of all crates.
fn with_lto(place: &Place, peer: &Peer, folder: &Path) -> Outcome<Option<usize>> {
    if !["bare", "include_dir", "migratory"].contains(&peer.name) {
        return Ok(None);
    }
    let program = Program::with_lto(place, peer, SET)?;
    Ok(Some(stripped(&program.path, &folder.join(peer.name))?.len()))
}

/// Returns the bytes of the program without symbols.
fn stripped(program: &Path, copy: &Path) -> Outcome<Vec<u8>> {
    process::output("strip", Command::new("strip").arg("-o").arg(copy).arg(program))?;
    Ok(fs::read(copy)?)
}

/// Counts the occurrences of the first migration's texts in the program.
fn occurrences(peer: &Peer, program: &[u8]) -> [String; 2] {
    let set = sets::named(SET);
    let Some(first) = set.first().filter(|_| peer.embeds()) else {
        return ["–".into(), "–".into()];
    };
    let times = |text: &str| count(program, text.as_bytes()).to_string();
    [times(&first.up), if peer.has_downs() { times(&first.down) } else { "–".into() }]
}

fn count(bytes: &[u8], text: &[u8]) -> usize {
    bytes.windows(text.len().max(1)).filter(|window| *window == text).count()
}

/// Returns how many bytes of SQL the library gets.
fn embedded(peer: &Peer) -> usize {
    let set = sets::named(SET);
    let ups: usize = set.iter().map(|migration| migration.up.len()).sum();
    let downs: usize = set.iter().map(|migration| migration.down.len()).sum();
    match peer.layout {
        Layout::Script => 0,
        Layout::Numbered => ups,
        _ => ups + downs,
    }
}

/// Returns a row of memory and allocations.
fn needs(place: &Place, peer: &Peer, program: &Program, folder: &Path) -> Outcome<Vec<String>> {
    let (mut fresh, mut nothing) = (Vec::new(), Vec::new());
    for nth in 0..STARTS {
        let file = folder.join(format!("{}-{nth}.db", peer.name));
        fresh.extend(program.run("memory-fresh", &file, &[])?);
        nothing.extend(program.run("memory", &file, &[])?);
    }
    let file = folder.join(format!("{}-0.db", peer.name));
    let counts = Program::counting(place, peer, SET)?.run("count", &file, &[])?;
    let counted = counts.iter().map(|&count| thousands(count));
    let memory = [mib(median(&fresh)), mib(median(&nothing))];
    Ok(std::iter::once(peer.name.to_owned()).chain(memory).chain(counted).collect())
}

#[allow(clippy::cast_precision_loss, reason = "sizes are below 2^52")]
fn as_number(bytes: usize) -> f64 {
    bytes as f64
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_are_counted() {
        for (text, expected) in [("ab", 2), ("aba", 1), ("x", 0)] {
            assert_eq!(count(b"-aba-ab-", text.as_bytes()), expected, "{text}");
        }
    }

    #[test]
    fn the_embedded_bytes_depend_on_the_layout() {
        let of = |name: &str| peer::ALL.iter().find(|it| it.name == name).map(embedded);
        assert_eq!(of("bare"), Some(0));
        assert!(of("refinery") < of("migratory") && of("migratory") == of("sqlx"));
    }
}
