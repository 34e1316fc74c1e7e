//! Stand-ins for the functions and collations that the application registers itself.

use rusqlite::functions::FunctionFlags;
use rusqlite::types::Value;
use rusqlite::{Connection, Result};

use migratory_analysis::Options;

/// Registers a stand-in for each function and collation that the options declare.
///
/// A function returns a text made of its name and its arguments, so that equal arguments give equal
/// results and different ones differ. A collation compares bytes.
pub(crate) fn register(conn: &Connection, options: &Options) -> Result<()> {
    for (name, arguments) in &options.functions {
        let flags = FunctionFlags::SQLITE_UTF8 | FunctionFlags::SQLITE_DETERMINISTIC;
        let told = name.clone();
        conn.create_scalar_function(name.as_str(), *arguments, flags, move |context| {
            let mut text = told.clone();
            for at in 0..context.len() {
                text.push(' ');
                text.push_str(&spelt(context.get(at)?));
            }
            Ok(text)
        })?;
    }
    for name in &options.collations {
        conn.create_collation(name.as_str(), Ord::cmp)?;
    }
    Ok(())
}

fn spelt(value: Value) -> String {
    match value {
        Value::Null => "null".to_owned(),
        Value::Integer(number) => number.to_string(),
        Value::Real(number) => number.to_string(),
        Value::Text(text) => text,
        Value::Blob(bytes) => format!("{bytes:02x?}"),
    }
}
