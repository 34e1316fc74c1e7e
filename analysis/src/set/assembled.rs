//! The scripts of the set in the order in which they run.

use crate::set::compatible;
use crate::set::number;
use crate::set::other_tool;
use crate::set::pair::{self, Pair};
use crate::set::parsed::ParsedSet;
use crate::{Code, Findings, Options};

/// A set whose order is known. What is wrong with its names, numbers and texts stands among the findings: such a set is
/// rehearsed as far as it goes, and not embedded.
#[derive(Debug)]
pub(crate) struct Assembled {
    pub(crate) folder: String,
    /// In ascending order.
    pub(crate) pairs: Vec<Pair>,
    /// The texts of files that have no place in it.
    pub(crate) unplaced: Vec<String>,
}

impl Assembled {
    /// Puts the set together; `None` if nobody knows what runs in which order.
    pub(crate) fn assemble(
        mut set: ParsedSet,
        options: &Options,
        findings: &mut Findings,
    ) -> Option<Self> {
        if let Some(other) = other_tool::check(&set.folder, &set.scripts) {
            // Its names and missing downs follow that tool's rules; importing the folder resolves them.
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
        unplaced.extend(shared(&pairs));
        let is_ordered =
            findings.iter().all(|it| !matches!(it.code, Code::AcceptThrough | Code::OtherOrder));
        is_ordered.then_some(Self { folder, pairs, unplaced })
    }
}

/// The texts of ups with whose version others come after them: the place of which of them is wrong, nobody knows.
fn shared(pairs: &[Pair]) -> impl Iterator<Item = String> + '_ {
    let shared = pairs.windows(2).filter(|two| !two[0].is_double && two[1].is_double);
    shared.filter_map(|two| two[0].up.script.as_ref()).map(|script| script.sql.clone())
}
