//! The codes of findings.

use std::fmt;

macro_rules! codes {
    ($($(#[$doc:meta])* $name:ident = $number:literal, $title:literal;)*) => {
        /// The kind of a finding, such as `M0201`.
        ///
        /// A code never changes its meaning, since people search for it.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        #[non_exhaustive]
        pub enum Code {
            $(#[doc = concat!("`", $number, "`: ", $title, ".")] $name,)*
        }

        impl Code {
            /// All codes, in ascending order.
            pub const ALL: &'static [Self] = &[$(Self::$name),*];

            /// The code as text, such as `M0201`.
            pub const fn number(self) -> &'static str {
                match self {
                    $(Self::$name => $number,)*
                }
            }

            /// The meaning, in a few words.
            pub const fn title(self) -> &'static str {
                match self {
                    $(Self::$name => $title,)*
                }
            }
        }
    };
}

// M00 the folder, M01 names and layout, M02 numbering and pairing, M03 the text, M04 directives, M05 the rehearsal.
codes! {
    FolderPath = "M0001", "the path of the folder does not work on every machine";
    FolderMissing = "M0002", "the folder does not exist";
    FolderIsFile = "M0003", "the folder is a file";
    FolderEmpty = "M0004", "the folder has no migrations";
    Unreadable = "M0005", "a file or a folder cannot be read";
    Link = "M0006", "a symbolic link is broken or points outside the package";

    Misnamed = "M0101", "a file is not named like a migration";
    Stray = "M0102", "the folder contains something that is not a migration";
    MixedLayouts = "M0103", "the folder mixes two layouts";
    UpOnlyLayout = "M0104", "the set has no downs, and `up_only` is not set";
    CaseCollision = "M0105", "two names differ only in case";
    NameEncoding = "M0106", "a file name is not UTF-8";
    Metadata = "M0107", "a metadata.toml has an unknown setting";

    DuplicateVersion = "M0201", "two migrations have the same version";
    Gap = "M0202", "a version is missing from a sequence";
    FirstVersion = "M0203", "a sequence starts with neither 0 nor 1";
    Padding = "M0204", "versions have different widths";
    ImpossibleDate = "M0205", "a version is not a valid date";
    DateOrder = "M0206", "numbers and dates are in different orders";
    MixedNumbering = "M0207", "the set mixes a sequence with dates";
    VersionTooLarge = "M0208", "a version does not fit in 64 bits";
    DownMissing = "M0209", "an up has no down";
    UpMissing = "M0210", "a down has no up";
    NamesDiffer = "M0211", "an up and its down have different names";
    StampCollision = "M0212", "two states of the set have the same stamp";
    AcceptThrough = "M0213", "accept_through names no migration";
    OtherOrder = "M0214", "another tool ran the migrations in a different order";

    NotUtf8 = "M0301", "a file is not UTF-8";
    Utf16 = "M0302", "a file is UTF-16";
    NulByte = "M0303", "a file contains a NUL byte";
    Unterminated = "M0304", "a comment or a quote is not closed";
    NoStatement = "M0305", "a file has no statement";
    TransactionStatement = "M0306", "a file opens or ends a transaction";
    Parameter = "M0307", "a statement has a parameter";
    OtherTool = "M0308", "a file holds an up and a down, marked for another tool";

    UnknownDirective = "M0401", "a directive is unknown";
    ReasonMissing = "M0402", "a directive has no reason";
    DirectiveTooLate = "M0403", "a directive comes after the first statement";
    DirectiveForm = "M0404", "a comment is almost a directive";
    DirectiveInWrongFile = "M0405", "a directive is in the wrong file";
    IrreversibleWithDown = "M0406", "an irreversible migration has a down";
    NothingToUndoWithStatement = "M0407", "a down with nothing to undo holds a statement";
    UnknownRule = "M0408", "a directive names an unknown rule or none";
    DirectiveTwice = "M0409", "a directive appears twice";
    VersionMissing = "M0410", "a compatible-with has no version";
    CompatibleVersion = "M0411", "a compatible-with names a version that is unknown or not older";
    CodeRefused = "M0412", "a step in Rust contradicts the rest of the file";
    Condition = "M0413", "a condition or a column that a directive names does not fit the schema";

    UpFails = "M0501", "a statement of an up fails";
    DownFails = "M0502", "a statement of a down fails";
    DownDiffers = "M0503", "a down does not restore the schema";
    SecondUp = "M0504", "an up fails after its down, or has another result";
    FailsOnRows = "M0505", "a script fails on tables with rows";
    RowsVanish = "M0506", "rows vanish";
    ValuesMove = "M0507", "values move to another column";
    Dangles = "M0508", "a script leaves dangling foreign keys";
    Damaged = "M0509", "a script leaves rows that violate their table's constraints";
    Assumes = "M0510", "a script assumes something that the schema does not guarantee";
    RehearsalHalted = "M0511", "the rehearsal did not finish";
    GivenRows = "M0512", "sample rows for the rehearsal do not fit the set";
    RowsMultiply = "M0513", "a copy duplicates rows";
    StaleIndex = "M0514", "a full-text index does not match its content";
    Unfilled = "M0515", "a table could not be filled with rows";
    Untried = "M0516", "a script could not be tried on rows";

    LossyRebuild = "M0601", "a rebuilt table loses an index, a trigger or a constraint";
    HighWater = "M0602", "a rebuilt table reuses ids";
    RenameFirst = "M0603", "references follow a table that is renamed to make room";
    PositionalCopy = "M0604", "rows are copied by column position";
    DropTable = "M0605", "a table is dropped with its rows";
    DropColumn = "M0606", "a column is dropped with its values";
    DeleteAll = "M0607", "all rows of a table are deleted";
    IfExists = "M0608", "a statement silently does nothing";
    Ignored = "M0609", "SQLite refuses or ignores a statement in a transaction";
    ReplaceParent = "M0610", "a row that others refer to is replaced";
    Broken = "M0611", "a view or a trigger no longer compiles";
    ForeignKeyTarget = "M0612", "a foreign key refers to something that does not exist";
    ForeignKeysLeftOff = "M0613", "foreign keys are turned off and not back on";
    ReservedName = "M0614", "a name belongs to migratory or to SQLite";
    OtherDatabase = "M0615", "another database is attached, detached or written";
    SchemaPragma = "M0616", "a pragma bypasses SQLite's checks of the schema";
    ReturnsRows = "M0617", "a statement returns rows that nobody reads";
    NameHeld = "M0618", "a view or a trigger blocks the renaming of a table";
    UnknownPragma = "M0619", "a pragma does not exist";
    UnmatchedUpdate = "M0620", "an UPDATE overwrites rows for which its subquery finds nothing";
    UpdateConflict = "M0621", "an UPDATE deletes or skips conflicting rows";
    QuotedText = "M0622", "a string is in double quotes";
    SideEffects = "M0623", "a statement changes rows that it does not name";
}

impl fmt::Display for Code {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.number())
    }
}

#[cfg(test)]
mod tests {
    use super::Code;

    #[test]
    fn numbers_ascend_and_are_unique() {
        let numbers: Vec<_> = Code::ALL.iter().map(|code| code.number()).collect();
        assert!(numbers.is_sorted_by(|one, next| one < next), "{numbers:?}");
    }
}
