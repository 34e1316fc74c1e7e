//! The list of what a script may do in the rehearsal; everything else is refused.
//!
//! A newer SQLite brings functions, pragmas and modules that nobody has reviewed. They are refused
//! until somebody adds them to a list.

use std::borrow::Cow;
use std::collections::BTreeSet;
use std::sync::OnceLock;

use rusqlite::Connection;

/// Functions that only compute, and reach nothing outside the database.
#[rustfmt::skip]
const FUNCTIONS: &[&str] = &[
    "->", "->>", "abs", "acos", "acosh", "asin", "asinh", "atan", "atan2", "atanh", "avg", "bm25", "ceil",
    "ceiling", "changes", "char", "coalesce", "concat", "concat_ws", "cos", "cosh", "count", "cume_dist",
    "current_date", "current_time", "current_timestamp", "date", "datetime", "degrees", "dense_rank", "exp",
    "first_value", "floor", "format", "fts5", "fts5_get_locale", "fts5_insttoken", "fts5_locale",
    "fts5_source_id", "geopoly_area", "geopoly_bbox", "geopoly_blob", "geopoly_ccw", "geopoly_contains_point",
    "geopoly_debug", "geopoly_group_bbox", "geopoly_json", "geopoly_overlap", "geopoly_regular", "geopoly_svg",
    "geopoly_within", "geopoly_xform", "glob", "group_concat", "hex", "highlight", "if", "ifnull", "iif",
    "instr", "json", "json_array", "json_array_insert", "json_array_length", "json_error_position",
    "json_extract", "json_group_array", "json_group_object", "json_insert", "json_object", "json_patch",
    "json_pretty", "json_quote", "json_remove", "json_replace", "json_set", "json_type", "json_valid", "jsonb",
    "jsonb_array", "jsonb_array_insert", "jsonb_extract", "jsonb_group_array", "jsonb_group_object",
    "jsonb_insert", "jsonb_object", "jsonb_patch", "jsonb_remove", "jsonb_replace", "jsonb_set", "julianday",
    "lag", "last_insert_rowid", "last_value", "lead", "length", "like", "likelihood", "likely", "ln", "log",
    "log10", "log2", "lower", "ltrim", "match", "matchinfo", "max", "median", "min", "mod", "nth_value",
    "ntile", "nullif", "octet_length", "offsets", "optimize", "percent_rank", "percentile", "percentile_cont",
    "percentile_disc", "pi", "pow", "power", "printf", "quote", "radians", "random", "randomblob", "rank",
    "replace", "round", "row_number", "rtreecheck", "rtreedepth", "rtreenode", "rtrim", "sign", "sin", "sinh",
    "snippet", "soundex", "sqlite_compileoption_get", "sqlite_compileoption_used", "sqlite_source_id",
    "sqlite_version", "sqrt", "strftime", "string_agg", "substr", "substring", "subtype", "sum", "tan", "tanh",
    "time", "timediff", "total", "total_changes", "trim", "trunc", "typeof", "unhex", "unicode", "unistr",
    "unistr_quote", "unixepoch", "unlikely", "upper", "zeroblob",
];

/// Functions that SQLite itself calls in an ALTER TABLE, and that no script can call.
#[rustfmt::skip]
const OF_ALTER: &[&str] = &[
    "sqlite_add_constraint", "sqlite_drop_column", "sqlite_drop_constraint", "sqlite_fail",
    "sqlite_find_constraint", "sqlite_rename_column", "sqlite_rename_quotefix", "sqlite_rename_table",
    "sqlite_rename_test",
];

/// Modules whose virtual tables keep all their content in the database.
const MODULES: &[&str] = &[
    "dbstat",
    "fts3",
    "fts3tokenize",
    "fts4",
    "fts4aux",
    "fts5",
    "fts5vocab",
    "geopoly",
    "json_each",
    "json_tree",
    "rtree",
    "rtree_i32",
];

/// Pragmas that a script may read, and set to any value.
#[rustfmt::skip]
const PRAGMAS: &[&str] = &[
    "analysis_limit", "application_id", "auto_vacuum", "automatic_index", "busy_timeout", "cache_size",
    "cache_spill", "case_sensitive_like", "cell_size_check", "checkpoint_fullfsync", "collation_list",
    "compile_options", "count_changes", "data_version", "database_list", "default_cache_size",
    "defer_foreign_keys", "empty_result_callbacks", "encoding", "foreign_key_check", "foreign_key_list",
    "foreign_keys", "freelist_count", "full_column_names", "fullfsync", "function_list",
    "ignore_check_constraints", "incremental_vacuum", "index_info", "index_list", "index_xinfo",
    "integrity_check", "journal_mode", "journal_size_limit", "legacy_alter_table", "legacy_file_format",
    "locking_mode", "module_list", "optimize", "page_count", "page_size", "pragma_list", "query_only",
    "quick_check", "read_uncommitted", "recursive_triggers", "reverse_unordered_selects", "secure_delete",
    "short_column_names", "shrink_memory", "synchronous", "table_info", "table_list", "table_xinfo",
    "trusted_schema", "user_version", "wal_autocheckpoint", "wal_checkpoint",
];

/// Pragmas that a script may read, and set to these values only.
const PRAGMAS_WITH: &[(&str, &[&str])] = &[
    ("data_store_directory", &[]),
    // The heap limits apply to the whole process, which is the compiler or the editor.
    ("hard_heap_limit", &[]),
    ("max_page_count", &[]),
    ("mmap_size", &["0"]),
    ("schema_version", &[]),
    ("soft_heap_limit", &[]),
    // Temporary tables stay in memory: no script may move them into a file.
    ("temp_store", &["2", "memory"]),
    ("temp_store_directory", &[]),
    ("threads", &["0"]),
    ("writable_schema", &["0", "off", "false", "no", "reset"]),
];

/// Pragmas for encryption or for other systems. This SQLite ignores them; they are refused all the
/// same.
const NEVER: &[&str] = &[
    "activate_extensions",
    "data_store_directory",
    "hexkey",
    "hexrekey",
    "key",
    "lock_proxy_file",
    "rekey",
    "textkey",
];

/// The functions, pragmas and modules of the linked SQLite, whether listed above or not.
#[derive(Debug, Default)]
pub(crate) struct Known {
    functions: BTreeSet<String>,
    pragmas: BTreeSet<String>,
    modules: BTreeSet<String>,
}

impl Known {
    /// Returns what this SQLite has; each process asks it once.
    pub(crate) fn get() -> rusqlite::Result<&'static Self> {
        static KNOWN: OnceLock<Known> = OnceLock::new();
        if let Some(known) = KNOWN.get() {
            return Ok(known);
        }
        let known = Self::read(&Connection::open_in_memory()?)?;
        Ok(KNOWN.get_or_init(|| known))
    }

    fn read(conn: &Connection) -> rusqlite::Result<Self> {
        let names = |sql| {
            let mut statement = conn.prepare(sql)?;
            let names = statement.query_map([], |row| row.get::<_, String>(0))?;
            names.map(|name| Ok(name?.to_ascii_lowercase())).collect::<rusqlite::Result<_>>()
        };
        Ok(Self {
            functions: names("PRAGMA function_list")?,
            pragmas: names("PRAGMA pragma_list")?,
            modules: names("PRAGMA module_list")?,
        })
    }
}

/// Whether a script may call a function. A function that the options declare is one of our
/// stand-ins; but if SQLite has one of the same name that is not allowed, the call may mean either,
/// and is refused.
pub(crate) fn function(name: &str, declared: &[(String, i32)], known: &Known) -> bool {
    let name = name.to_ascii_lowercase();
    let is_declared = || declared.iter().any(|(declared, _)| declared.eq_ignore_ascii_case(&name));
    FUNCTIONS.contains(&name.as_str())
        || OF_ALTER.contains(&name.as_str())
        || (is_declared() && !known.functions.contains(&name))
}

/// Whether a script may read a pragma, or set it to this value. A pragma that SQLite does not have
/// is allowed, since SQLite ignores it.
pub(crate) fn pragma(name: &str, value: Option<&str>, known: &Known) -> bool {
    let name = name.to_ascii_lowercase();
    if PRAGMAS.contains(&name.as_str()) {
        return true;
    }
    let Some((_, values)) = PRAGMAS_WITH.iter().find(|(listed, _)| *listed == name) else {
        return !known.pragmas.contains(&name) && !NEVER.contains(&name.as_str());
    };
    value.is_none_or(|value| values.iter().any(|it| it.eq_ignore_ascii_case(value)))
}

/// Whether a virtual table may use this module. A module that SQLite does not have is allowed,
/// since SQLite itself reports that.
pub(crate) fn module(name: &str, known: &Known) -> bool {
    // SQLite asks about every column that a statement reads, so only a name with capitals is
    // copied.
    let is_lower = !name.bytes().any(|byte| byte.is_ascii_uppercase());
    let name = if is_lower { Cow::from(name) } else { Cow::from(name.to_ascii_lowercase()) };
    !known.modules.contains(&*name) || MODULES.contains(&&*name) || name.starts_with("pragma_")
}

#[cfg(test)]
mod tests;
