//! Orders and pairs the scripts, and assembles the set.

pub(crate) mod assembled;
pub(crate) mod checked;
pub(crate) mod compatible;
pub(crate) mod faults;
pub(crate) mod identity;
pub(crate) mod number;
pub(crate) mod other_tool;
pub(crate) mod pair;
pub(crate) mod parsed;
pub(crate) mod rehearsed;
pub(crate) mod sample_rows;
