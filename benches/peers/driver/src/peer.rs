//! The libraries that are compared. To add one, add an entry here and a folder with a program.

use crate::sets::Layout;

pub(crate) struct Peer {
    /// The name of the library, its folder, and its crate.
    pub(crate) name: &'static str,
    pub(crate) layout: Layout,
    /// What a start with nothing to do detects.
    pub(crate) notices: &'static str,
    /// How to run all migrations in one transaction, if that isn't the default.
    pub(crate) grouped: Option<&'static str>,
    /// How it turns foreign keys off, and how it checks them.
    pub(crate) foreign_keys: &'static str,
}

/// All peers; the first is the baseline of every comparison.
pub(crate) const ALL: [Peer; 7] = [
    Peer {
        name: "bare",
        layout: Layout::Script,
        notices: "no library: one `PRAGMA user_version`",
        grouped: None,
        foreign_keys: "off before the transaction; touched tables checked inside",
    },
    Peer {
        name: "include_dir",
        layout: Layout::Folders,
        notices: "a new migration",
        grouped: None,
        foreign_keys: "off before the transaction; touched tables checked inside",
    },
    Peer {
        name: "migratory",
        layout: Layout::Pairs,
        notices: "a new migration, an edited one, a changed schema",
        grouped: None,
        foreign_keys: "`PRAGMA foreign_keys = OFF` in the file; touched tables checked inside",
    },
    Peer {
        name: "rusqlite_migration",
        layout: Layout::Folders,
        notices: "a new migration",
        grouped: None,
        foreign_keys: "off around the call; `M::foreign_key_check`, all tables, inside",
    },
    Peer {
        name: "diesel_migrations",
        layout: Layout::Diesel,
        notices: "a new migration",
        grouped: Some("in the caller's transaction"),
        foreign_keys: "off around the call; touched tables checked by the caller, after the commit",
    },
    Peer {
        name: "refinery",
        layout: Layout::Numbered,
        notices: "a new migration, an edited one",
        grouped: Some("`set_grouped`"),
        foreign_keys: "off around the call; touched tables checked by the caller, after the commit",
    },
    Peer {
        name: "sqlx",
        layout: Layout::Pairs,
        notices: "a new migration, an edited one",
        grouped: Some("in the caller's transaction"),
        foreign_keys: "off around the call; touched tables checked by the caller, after the commit",
    },
];

/// Returns the one that is compared with the others.
pub(crate) fn migratory() -> &'static Peer {
    &ALL[2]
}

impl Peer {
    /// Returns the crates whose versions identify what was measured.
    pub(crate) fn crates(&self) -> &'static [&'static str] {
        match self.name {
            "bare" => &["rusqlite"],
            "migratory" => &["migratory", "rusqlite"],
            "include_dir" => &["include_dir", "rusqlite"],
            "rusqlite_migration" => &["rusqlite_migration", "rusqlite"],
            "diesel_migrations" => &["diesel_migrations", "diesel"],
            "refinery" => &["refinery", "rusqlite"],
            _ => &["sqlx", "tokio"],
        }
    }

    /// Returns the name of its package and program.
    pub(crate) fn package(&self) -> String {
        format!("peer-{}", self.name.replace('_', "-"))
    }

    /// Returns whether the program contains the migrations.
    pub(crate) fn embeds(&self) -> bool {
        self.layout != Layout::Script
    }

    pub(crate) fn has_downs(&self) -> bool {
        !matches!(self.layout, Layout::Script | Layout::Numbered)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn migratory_is_found() {
        assert_eq!(migratory().name, "migratory");
        assert_eq!(ALL[0].name, "bare");
    }
}
