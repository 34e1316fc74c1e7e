//! Assembles the set: its pairs, in the order in which they run.

use crate::set::compatible;
use crate::set::number;
use crate::set::other_tool;
use crate::set::pair::{self, Pair};
use crate::set::parsed::ParsedSet;
use crate::{Code, Findings, Options};

/// A set whose order is known.
///
/// Its names, numbers and texts may have errors, which are among the findings. Such a set is rehearsed as far as
/// possible, but never embedded.
#[derive(Debug)]
pub(crate) struct Assembled {
    pub(crate) folder: String,
    /// In ascending order.
    pub(crate) pairs: Vec<Pair>,
    /// The texts of files that could not be placed in the set.
    pub(crate) unplaced: Vec<String>,
}

impl Assembled {
    /// Checks the numbers and pairs the scripts. Returns `None` if the order in which they run is unknown.
    pub(crate) fn assemble(
        mut set: ParsedSet,
        options: &Options,
        findings: &mut Findings,
    ) -> Option<Self> {
        if let Some(other) = other_tool::check(&set.folder, &set.scripts) {
            // Its names and missing downs follow that tool's rules, and importing the folder resolves them.
            findings.push(other);
            for script in &set.scripts {
                findings.keep(&script.path, script.script.as_ref().map_or("", |it| &it.sql));
            }
            return None;
        }
        number::check(&set, options, findings);
        compatible::check(&set, findings);
        let (folder, mut unplaced) = (set.folder.clone(), std::mem::take(&mut set.unplaced));
        let pairs = pair::pair(set, options, findings);
        unplaced.extend(first_duplicates(&pairs));
        let is_ordered =
            findings.iter().all(|it| !matches!(it.code, Code::AcceptThrough | Code::OtherOrder));
        is_ordered.then_some(Self { folder, pairs, unplaced })
    }
}

/// Returns the text of the first up of each duplicate version, since any of these ups may be the misnumbered one.
fn first_duplicates(pairs: &[Pair]) -> impl Iterator<Item = String> + '_ {
    let firsts = pairs.windows(2).filter(|two| !two[0].is_double && two[1].is_double);
    firsts.filter_map(|two| two[0].up.script.as_ref()).map(|script| script.sql.clone())
}
