//! The findings of a rehearsal: their messages, and which of them are shown.
//!
//! `messages` are about scripts that fail and schemas that differ, `losses` and `changed_values`
//! about rows and values, and `suggestions` say what to write instead. `quoted_texts`, `untried`,
//! `unrehearsed_code` and `halted` each report one thing. `deduplication` shows each fact once, and
//! `consequences` removes what only follows from another finding.

pub(crate) mod changed_values;
pub(crate) mod consequences;
pub(crate) mod deduplication;
pub(crate) mod halted;
pub(crate) mod losses;
pub(crate) mod messages;
pub(crate) mod quoted_texts;
pub(crate) mod suggestions;
pub(crate) mod unrehearsed_code;
pub(crate) mod untried;
