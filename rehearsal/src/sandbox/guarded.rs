//! Guards those functions of SQLite that compare each byte of a text with each of another.
//!
//! Such a call is one instruction, and SQLite checks the clock only between instructions. So
//! functions that first multiply the two lengths stand in for them. If the product is not too
//! large, SQLite's own function computes the result on another connection, so that it is the same.

use std::sync::{Mutex, PoisonError};

use rusqlite::functions::{Context, FunctionFlags};
use rusqlite::types::{ToSql, ToSqlOutput, Value, ValueRef};
use rusqlite::{Connection, Error, Result, ffi, params_from_iter};

use super::limits::{self, Lengths};

/// The name, the number of arguments, and how large the product of the first two lengths may be:
/// about a second, measured without optimisation.
const GUARDED: [(&str, i32, u64); 5] = [
    ("trim", 2, 400_000_000),
    ("ltrim", 2, 400_000_000),
    ("rtrim", 2, 400_000_000),
    // These two compare whole blocks at once.
    ("instr", 2, 100_000_000_000),
    ("replace", 3, 100_000_000_000),
];

/// Registers the guarded functions in place of SQLite's.
pub(crate) fn register(conn: &Connection, lengths: Lengths) -> Result<()> {
    let flags = FunctionFlags::SQLITE_UTF8
        | FunctionFlags::SQLITE_DETERMINISTIC
        | FunctionFlags::SQLITE_INNOCUOUS;
    for (name, arguments, most) in GUARDED {
        // Opened on the first call: few sets call any of these functions.
        let own = Mutex::new(None);
        conn.create_scalar_function(name, arguments, flags, move |context| {
            if product(context) > most {
                return Err(Error::SqliteFailure(ffi::Error::new(ffi::SQLITE_TOOBIG), None));
            }
            let mut own = own.lock().unwrap_or_else(PoisonError::into_inner);
            let own = match &mut *own {
                Some(own) => own,
                none => none.insert(open(lengths)?),
            };
            call(own, name, context)
        })?;
    }
    Ok(())
}

fn open(lengths: Lengths) -> Result<Connection> {
    let conn = Connection::open_in_memory()?;
    limits::confine(&conn, lengths)?;
    Ok(conn)
}

fn product(context: &Context<'_>) -> u64 {
    let length = |at| match context.get_raw(at) {
        ValueRef::Text(bytes) | ValueRef::Blob(bytes) => bytes.len() as u64,
        // A number is short, however it is written.
        _ => 32,
    };
    length(0).saturating_mul(length(1))
}

fn call(own: &Connection, name: &str, context: &Context<'_>) -> Result<Output> {
    let places: Vec<_> = (1..=context.len()).map(|at| format!("?{at}")).collect();
    let mut statement = own.prepare(&format!("SELECT {name}({})", places.join(", ")))?;
    let values = (0..context.len()).map(|at| ToSqlOutput::Borrowed(context.get_raw(at)));
    statement.query_row(params_from_iter(values), |row| {
        Ok(match row.get_ref(0)? {
            ValueRef::Text(bytes) => Output::Text(bytes.to_vec()),
            _ => Output::Other(row.get(0)?),
        })
    })
}

/// The result of a function; a text need not be UTF-8.
enum Output {
    Text(Vec<u8>),
    Other(Value),
}

impl ToSql for Output {
    fn to_sql(&self) -> Result<ToSqlOutput<'_>> {
        Ok(ToSqlOutput::Borrowed(match self {
            Self::Text(bytes) => ValueRef::Text(bytes),
            Self::Other(value) => value.into(),
        }))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn conn() -> Connection {
        let conn = Connection::open_in_memory().expect("a database");
        register(&conn, Lengths::of(&[])).expect("functions");
        conn
    }

    #[test]
    fn guarded_functions_agree_with_those_of_sqlite() {
        let (ours, sqlites) = (conn(), Connection::open_in_memory().expect("a database"));
        let values =
            ["NULL", "''", "'a'", "'aäaé'", "'ä'", "12", "1.5", "1e300", "x'61'", "x'e4'", "' a '"];
        for (name, arguments, _) in GUARDED {
            for one in values {
                for other in values {
                    let third = if arguments == 3 { ", 'äx'" } else { "" };
                    let sql = format!(
                        "SELECT typeof(y) || hex(y) FROM (SELECT {name}({one}, {other}{third}) AS y)"
                    );
                    let ask = |conn: &Connection| {
                        conn.query_row(&sql, [], |row| row.get::<_, String>(0)).expect(&sql)
                    };
                    assert_eq!(ask(&ours), ask(&sqlites), "{sql}");
                }
            }
        }
    }

    #[test]
    fn input_that_would_take_minutes_is_refused() {
        let conn = conn();
        let a = |count: u32| format!("printf('%.*c', {count}, 'a')");
        for sql in [
            format!("SELECT rtrim({}, {} || 'b')", a(1_000_000), a(1_000_000)),
            format!("SELECT trim({}, {} || 'b')", a(100_000), a(5_000)),
            format!("SELECT instr({}, {} || 'b')", a(1_000_000), a(500_000)),
            format!("SELECT replace({}, {} || 'b', '')", a(1_000_000), a(500_000)),
        ] {
            let error = conn.query_row(&sql, [], |_| Ok(())).expect_err(&sql);
            assert_eq!(error.sqlite_error_code(), Some(rusqlite::ErrorCode::TooBig), "{sql}");
        }
        let long = format!("SELECT length(replace({}, 'a', 'bc'))", a(400_000));
        let length: i64 = conn.query_row(&long, [], |row| row.get(0)).expect("a length");
        assert_eq!(length, 800_000);
    }
}
