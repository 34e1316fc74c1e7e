//! Reports a misspelt pragma, which SQLite ignores silently.

use super::phrase::Pragma;
use super::{Facts, ScriptRule, Scripts};
use migratory_analysis::{Code, Diagnostic, spelling};

/// The pragmas of SQLite that a migration may want, and those that it may not use.
const KNOWN: [&str; 66] = [
    "analysis_limit",
    "application_id",
    "auto_vacuum",
    "automatic_index",
    "busy_timeout",
    "cache_size",
    "cache_spill",
    "case_sensitive_like",
    "cell_size_check",
    "checkpoint_fullfsync",
    "collation_list",
    "compile_options",
    "count_changes",
    "data_store_directory",
    "data_version",
    "database_list",
    "default_cache_size",
    "defer_foreign_keys",
    "empty_result_callbacks",
    "encoding",
    "foreign_key_check",
    "foreign_key_list",
    "foreign_keys",
    "freelist_count",
    "full_column_names",
    "fullfsync",
    "function_list",
    "hard_heap_limit",
    "ignore_check_constraints",
    "incremental_vacuum",
    "index_info",
    "index_list",
    "index_xinfo",
    "integrity_check",
    "journal_mode",
    "journal_size_limit",
    "legacy_alter_table",
    "legacy_file_format",
    "locking_mode",
    "max_page_count",
    "mmap_size",
    "module_list",
    "optimize",
    "page_count",
    "page_size",
    "pragma_list",
    "query_only",
    "quick_check",
    "read_uncommitted",
    "recursive_triggers",
    "reverse_unordered_selects",
    "schema_version",
    "secure_delete",
    "short_column_names",
    "shrink_memory",
    "soft_heap_limit",
    "synchronous",
    "table_info",
    "table_list",
    "table_xinfo",
    "temp_store",
    "threads",
    "trusted_schema",
    "user_version",
    "wal_autocheckpoint",
    "wal_checkpoint",
];

/// Pragmas that other builds of SQLite have; they are not reported as misspelt.
const OTHERS: [&str; 5] = ["writable_schema", "temp_store_directory", "key", "rekey", "stats"];

pub(super) const RULE: ScriptRule =
    ScriptRule { code: Code::UnknownPragma, allow: None, scripts: Scripts::All, check };

fn check(facts: &Facts<'_>) -> Vec<Diagnostic> {
    let finding = |(range, text): (&std::ops::Range<usize>, &str)| {
        let name = Pragma::parse(text)?.name;
        if KNOWN.contains(&name.as_str()) || OTHERS.contains(&name.as_str()) {
            return None;
        }
        let meant = spelling::nearest(&name, KNOWN)?;
        let message = format!("there is no `PRAGMA {name}`");
        Some(
            RULE.error(facts, [], message, range.clone())
                .note("SQLite silently ignores a pragma that it does not know")
                .help(format!("did you mean `PRAGMA {meant}`?")),
        )
    };
    facts.written().filter_map(finding).collect()
}

#[cfg(test)]
mod tests {
    use crate::rules::harness::{lint, lint_errors, lint_ok};
    use migratory_analysis::Code;

    #[test]
    fn a_pragma_that_is_misspelt_is_reported() {
        for (up, meant) in [
            ("PRAGMA foreign_key = OFF;", "foreign_keys"),
            ("pragma main.Foreign_keys_check", "foreign_key_check"),
            ("PRAGMA user_verson = 3;", "user_version"),
        ] {
            lint_errors("", up, &[Code::UnknownPragma]);
            let help = &lint("", up)[0].help[0];
            assert_eq!(*help, format!("did you mean `PRAGMA {meant}`?"));
        }
    }

    #[test]
    fn a_known_pragma_is_not_reported() {
        for up in [
            "PRAGMA user_version = 3; PRAGMA DEFER_FOREIGN_KEYS = 1; PRAGMA foreign_key_check;",
            "PRAGMA cipher_compatibility = 3;",
        ] {
            lint_ok("", up);
        }
    }
}
