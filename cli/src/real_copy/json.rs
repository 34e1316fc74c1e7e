//! The result as JSON.

use migratory_rehearsal::real::{Comparison, Difference, Standing, What};
use serde_json::{Map, Value, json};

use super::course::{Back, Compared, Seen};
use crate::output::say;

impl Seen {
    pub(crate) fn print_json(&self) {
        let steps = self.steps.iter().map(|step| {
            json!({ "version": step.version.get(), "name": step.name, "seconds": step.seconds, "growth": step.growth })
        });
        let (back, one_way, failed) = match &self.back {
            Back::Down(back) => (Some(compared(back)), None, None),
            Back::OneWay(why) => (None, Some(why), None),
            Back::Failed(failure) => (None, None, Some(failure.what())),
            Back::Nothing => (None, None, None),
        };
        let unmet = self.unmet.iter().map(|it| {
            json!({ "file": it.file, "assumption": it.assumption, "rows": it.rows, "rows_shown": it.shown })
        });
        let seen = json!({
            "steps": steps.collect::<Vec<_>>(),
            "false_assumptions": unmet.collect::<Vec<_>>(),
            "up": compared(&self.up),
            "back": back,
            "irreversible": one_way,
            "failed": failed,
            "unread": self.unread,
            "damaged": self.unsound,
        });
        say(format_args!("{seen:#}"));
    }
}

fn compared(compared: &Compared) -> Value {
    let stale = compared.stale.iter().map(|(index, why)| json!({ "table": index, "why": why }));
    json!({
        "tables": tables(&compared.rows),
        "new_tables": compared.rows.new,
        "differences": compared.rows.differences.iter().map(difference).collect::<Vec<_>>(),
        "not_compared": compared.rows.left.iter().map(|it| json!({ "table": it.table, "why": it.why })).collect::<Vec<_>>(),
        "stale_indexes": stale.collect::<Vec<_>>(),
        "schema": compared.schema,
        "seconds": compared.seconds,
    })
}

fn tables(comparison: &Comparison) -> Map<String, Value> {
    let table = |rows: &migratory_rehearsal::real::Rows| json!({ "before": rows.before, "after": rows.after, "compared": rows.compared, "values": rows.values });
    comparison.tables.iter().map(|(name, rows)| (name.clone(), table(rows))).collect()
}

fn difference(difference: &Difference) -> Value {
    let (what, column) = match &difference.what {
        What::Gone => ("gone", None),
        What::Repeated => ("repeated", None),
        What::Added => ("added", None),
        What::Value(column) => ("value", Some(column)),
        What::Counter => ("counter", None),
        _ => ("other", None),
    };
    let (standing, file) = match &difference.standing {
        Standing::Intended(file) => ("intended", Some(file)),
        Standing::Improved => ("improved", None),
        _ => ("lost", None),
    };
    let samples = difference
        .samples
        .iter()
        .map(|it| json!({ "row": it.row, "before": it.before, "after": it.after }));
    json!({
        "table": difference.table,
        "what": what,
        "column": column,
        "rows": difference.rows,
        "standing": standing,
        "said_by": file,
        "rows_shown": samples.collect::<Vec<_>>(),
    })
}
