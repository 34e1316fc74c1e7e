//! Folders of each tool, as public projects have them.

/// A folder, and its ups in the order in which its tool ran them.
pub(super) struct Case {
    pub(super) name: &'static str,
    pub(super) files: &'static [(&'static str, &'static str)],
    pub(super) through: i64,
    pub(super) order: &'static [&'static str],
}

/// Records that a migration ran. Each script of a case is one of these, unless it needs another.
pub(super) const LOG: &str = "INSERT INTO log DEFAULT VALUES;";
pub(super) const FIRST: &str = "CREATE TABLE log (id INTEGER PRIMARY KEY, state TEXT);";
pub(super) const UNDO: &str = "DELETE FROM log;";
pub(super) const LAST: &str = "DROP TABLE log;";

pub(super) const CASES: &[Case] = &[
    Case {
        name: "Diesel and others, with a dash between date and time",
        files: &[
            ("20220329-050000.sql", LOG),
            ("20220329-040000.sql", FIRST),
            ("20221015-100000.pre.sql", LOG),
            ("20241010-000000.sql", LOG),
        ],
        through: 20_241_010_000_000,
        order: &[
            "20220329-040000.sql",
            "20220329-050000.sql",
            "20221015-100000.pre.sql",
            "20241010-000000.sql",
        ],
    },
    Case {
        name: "Diesel, with dashes, with a sequence number, and with a dash before the name",
        files: &[
            ("2019-03-01-000000_a/up.sql", FIRST),
            ("2019-03-01-000000_a/down.sql", LAST),
            ("2020-12-08-121200-oauth/up.sql", LOG),
            ("2020-12-08-121200-oauth/down.sql", ""),
            ("2023-01-01-000000-0000_c/up.sql", LOG),
        ],
        through: 202_301_010_000_000_000,
        order: &["2019-03-01-000000_a", "2020-12-08-121200-oauth", "2023-01-01-000000-0000_c"],
    },
    Case {
        name: "Diesel, dates with and without dashes",
        files: &[
            ("00000000000000_diesel_initial_setup/up.sql", ""),
            ("2019-03-01-000000_a/up.sql", FIRST),
            ("20200101000000_b/up.sql", LOG),
            ("2021-01-01-000000_c/up.sql", LOG),
            ("202202020202_d/up.sql", LOG),
        ],
        through: 202_202_020_202,
        order: &[
            "00000000000000_diesel_initial_setup",
            "2019-03-01-000000_a",
            "20200101000000_b",
            "2021-01-01-000000_c",
            "202202020202_d",
        ],
    },
    Case {
        name: "Diesel, without dashes, an odd date, and Windows line ends",
        files: &[
            ("20151219180527_create/up.sql", FIRST),
            ("20161399180527_more/up.sql", "INSERT INTO log\r\nDEFAULT VALUES;\r\n"),
            ("20170101000000_Größe und mehr/up.sql", LOG),
        ],
        through: 20_170_101_000_000,
        order: &["20151219180527_create", "20161399180527_more", "20170101000000_Größe und mehr"],
    },
    Case {
        name: "rusqlite_migration, numbers that sort differently as text",
        files: &[("1-a/up.sql", FIRST), ("2-b/up.sql", LOG), ("10-c/up.sql", LOG)],
        through: 10,
        order: &["1-a", "2-b", "10-c"],
    },
    Case {
        name: "sqlx, plain files first and pairs later, of different widths",
        files: &[
            ("20210101_a.sql", FIRST),
            ("202202020202_c.sql", LOG),
            ("20230101000000_d.up.sql", LOG),
            ("20230101000000_d.down.sql", UNDO),
            ("20220101000000_b.sql", LOG),
        ],
        through: 20_230_101_000_000,
        order: &[
            "20210101_a.sql",
            "202202020202_c.sql",
            "20220101000000_b.sql",
            "20230101000000_d.up.sql",
        ],
    },
    Case {
        name: "sqlx, small numbers, odd endings and names",
        files: &[
            ("1_a.sql", FIRST),
            ("3_x..sql", LOG),
            ("20_add users (again).sql", LOG),
            ("021_.sql", "-- nothing was left of it\n"),
        ],
        through: 21,
        order: &["1_a.sql", "3_x..sql", "20_add users (again).sql", "021_.sql"],
    },
    Case {
        name: "golang-migrate, with files that it never ran and differing names",
        files: &[
            ("000005_a.up.sql", FIRST),
            ("000005_b.down.sql", LAST),
            ("000006_x.up.sql.up.sql", LOG),
            ("000006_x.up.sql.down.sql", UNDO),
            ("000007_y.sql", "SYNTAX ERROR;"),
            ("000007_y.up.sql", LOG),
            ("000007_y.down.sql", "-- nothing"),
            ("000008_never.sql", "SYNTAX ERROR;"),
            ("000009_init.up.db.sql", LOG),
            ("000009_init.down.db.sql", UNDO),
            ("000010_lone.down.sql", "SYNTAX ERROR;"),
            ("000012_z.up.sql", ""),
            ("000012_z.down.sql", ""),
        ],
        through: 12,
        order: &[
            "000005_a.up.sql",
            "000006_x.up.sql.up.sql",
            "000007_y.up.sql",
            "000009_init.up.db.sql",
            "000012_z.up.sql",
        ],
    },
    Case {
        name: "golang-migrate, Unix times",
        files: &[
            ("1582000000_a.up.sql", FIRST),
            ("1582000000_a.down.sql", LAST),
            ("1700000000_b.up.sql", LOG),
            ("1700000000_b.down.sql", UNDO),
        ],
        through: 1_700_000_000,
        order: &["1582000000_a.up.sql", "1700000000_b.up.sql"],
    },
    Case {
        name: "refinery, widths and gaps",
        files: &[
            ("V1__a.sql", FIRST),
            ("V3__größe.sql", LOG),
            ("V020__c.sql", LOG),
            ("V20240131120000__d.sql", LOG),
        ],
        through: 20_240_131_120_000,
        order: &["V1__a.sql", "V3__größe.sql", "V020__c.sql", "V20240131120000__d.sql"],
    },
    Case {
        name: "Prisma",
        files: &[
            ("0_init/migration.sql", FIRST),
            ("20240131120000_b/migration.sql", LOG),
            ("migration_lock.toml", "provider = \"sqlite\""),
        ],
        through: 20_240_131_120_000,
        order: &["0_init", "20240131120000_b"],
    },
    Case {
        name: "a project's own runner",
        files: &[
            ("001.sql", FIRST),
            ("002-b.sql", LOG),
            ("003 c.sql", LOG),
            ("004.d.sql", LOG),
            ("migrations.rs", "fn main() {}"),
            ("embed.go", "package migrations"),
            ("mod.rs", "mod migrations;"),
        ],
        through: 4,
        order: &["001.sql", "002-b.sql", "003 c.sql", "004.d.sql"],
    },
    Case {
        name: "strings, transactions and old comments",
        files: &[
            (
                "1_a.up.sql",
                "BEGIN TRANSACTION;\nCREATE TABLE log (id INTEGER PRIMARY KEY, state TEXT DEFAULT \"new\");\nCOMMIT;\n",
            ),
            ("1_a.down.sql", "BEGIN; DROP TABLE log; END;"),
            (
                "2_b.up.sql",
                "-- Migration: irreversible\nINSERT INTO log (state) VALUES (\"it's\");",
            ),
            ("2_b.down.sql", "UPDATE log SET state = \"none\" WHERE state = \"it's\";"),
            (
                "3_c.up.sql",
                "PRAGMA foreign_keys = off;\nBEGIN;\nCREATE TABLE log2 (id INTEGER PRIMARY KEY, state TEXT CHECK (state <> \"x\"));\nINSERT INTO log2 SELECT * FROM log; DROP TABLE log; ALTER TABLE log2 RENAME TO log;\nCOMMIT;\nPRAGMA foreign_keys = on;",
            ),
            ("3_c.down.sql", ""),
            (
                "4_d.up.sql",
                "CREATE TRIGGER t AFTER INSERT ON log BEGIN UPDATE log SET state = \"old\"; END; INSERT INTO log DEFAULT VALUES;",
            ),
            ("4_d.down.sql", "DROP TRIGGER t;"),
        ],
        through: 4,
        order: &["1_a.up.sql", "2_b.up.sql", "3_c.up.sql", "4_d.up.sql"],
    },
    Case {
        name: "sqlx, files that end its transaction and begin another",
        files: &[
            ("20240101000000_a.sql", FIRST),
            (
                "20240102000000_b.sql",
                "COMMIT TRANSACTION;\nPRAGMA foreign_keys = OFF;\nBEGIN TRANSACTION;\nCREATE TABLE log2 (id INTEGER PRIMARY KEY, state TEXT);\nINSERT INTO log2 SELECT * FROM log; DROP TABLE log; ALTER TABLE log2 RENAME TO log;\nPRAGMA foreign_key_check;\nCOMMIT;\nPRAGMA foreign_keys = ON;\nBEGIN TRANSACTION;",
            ),
            (
                "20240103000000_c.sql",
                "INSERT INTO log DEFAULT VALUES;\nCOMMIT;\nPRAGMA foreign_keys = OFF;\nBEGIN;\nALTER TABLE log ADD COLUMN at TEXT;\nCOMMIT;\nPRAGMA foreign_keys = ON;\n-- sqlx has to commit something\nBEGIN;\nDELETE FROM log;",
            ),
        ],
        through: 20_240_103_000_000,
        order: &["20240101000000_a.sql", "20240102000000_b.sql", "20240103000000_c.sql"],
    },
    Case {
        name: "a tool without transactions",
        files: &[
            (
                "001_a.sql",
                "PRAGMA journal_mode = WAL;\nPRAGMA synchronous = NORMAL;\nPRAGMA temp_store = MEMORY;\nPRAGMA foreign_keys = ON;\nCREATE TABLE log (id INTEGER PRIMARY KEY, state TEXT);",
            ),
            (
                "002_b.sql",
                "BEGIN;\nINSERT INTO log DEFAULT VALUES;\nCOMMIT;\nSELECT count(*) FROM log;",
            ),
            (
                "003_c.sql",
                "BEGIN;\nINSERT INTO log DEFAULT VALUES;\nEND;\nBEGIN IMMEDIATE;\nDELETE FROM log;\nCOMMIT;\nVACUUM;\nPRAGMA wal_checkpoint(TRUNCATE);",
            ),
        ],
        through: 3,
        order: &["001_a.sql", "002_b.sql", "003_c.sql"],
    },
];
