//! Guesses the constants of a folder.

use std::collections::BTreeMap;

use migratory_core::Version;

use crate::naming::constant::constant;
use crate::naming::name::Reading;
use crate::read::source::Sources;

/// Guesses the constants of a folder from the names of its files, malformed ones included.
///
/// The macro emits them even for a set that it refuses, so that code that uses them adds no errors of its own.
pub(crate) fn likely_constants(sources: &Sources) -> Vec<(String, Version)> {
    let files = sources.files.iter().map(|file| Reading::of_file(&file.name));
    let folders = sources.folders.iter().map(|folder| Reading::of_folder(&folder.name));
    let named = files.chain(folders).filter_map(|reading| {
        let (version, number) = (reading.version()?, reading.number()?);
        let name = reading.clean_name();
        (!name.is_empty()).then(|| (constant(number, &name), version))
    });
    named.collect::<BTreeMap<_, _>>().into_iter().collect()
}
