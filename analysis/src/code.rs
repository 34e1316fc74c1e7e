//! The numbers that findings are known by.

use std::fmt;

macro_rules! codes {
    ($($(#[$doc:meta])* $name:ident = $number:literal, $title:literal;)*) => {
        /// What kind of finding a [`Diagnostic`](crate::Diagnostic) is.
        ///
        /// A number once given keeps its meaning: people search for it.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        #[non_exhaustive]
        pub enum Code {
            $(#[doc = concat!("`", $number, "`: ", $title, ".")] $name,)*
        }

        impl Code {
            /// Every code, in the order of their numbers.
            pub const ALL: &'static [Self] = &[$(Self::$name),*];

            /// The number, as `M0201`.
            pub const fn number(self) -> &'static str {
                match self {
                    $(Self::$name => $number,)*
                }
            }

            /// What it stands for, in a few words.
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
    FolderPath = "M0001", "the folder is named in a way that does not work everywhere";
    FolderMissing = "M0002", "the folder does not exist";
    FolderIsFile = "M0003", "the folder is a file";
    FolderEmpty = "M0004", "the folder holds no migration";
    Unreadable = "M0005", "a file or a folder cannot be read";
    Link = "M0006", "a symbolic link is broken or leads out of the package";

    Misnamed = "M0101", "a file is not named like a migration";
    Stray = "M0102", "something lies in the folder that is no migration";
    MixedLayouts = "M0103", "the folder mixes two layouts";
    UpOnlyLayout = "M0104", "the set has no downs, and the option that allows it is not set";
    CaseCollision = "M0105", "two names differ in upper and lower case alone";
    NameEncoding = "M0106", "a file name is not UTF-8";
    Metadata = "M0107", "a metadata.toml says something unknown";

    DuplicateVersion = "M0201", "two migrations have one version";
    Gap = "M0202", "a version is missing in a sequence";
    FirstVersion = "M0203", "a sequence begins with neither 0 nor 1";
    Padding = "M0204", "versions are not padded alike";
    ImpossibleDate = "M0205", "a version is no date";
    DateOrder = "M0206", "the order of the numbers is not the order of the dates";
    MixedNumbering = "M0207", "the set mixes a sequence with dates";
    VersionTooLarge = "M0208", "a version does not fit 64 bits";
    DownMissing = "M0209", "an up has no down";
    UpMissing = "M0210", "a down has no up";
    NamesDiffer = "M0211", "up and down of a version have different names";
    StampCollision = "M0212", "two states of the set have the same stamp";
    AcceptThrough = "M0213", "accept_through names no migration";
    OtherOrder = "M0214", "another tool ran migrations in another order than that of their numbers";

    NotUtf8 = "M0301", "a file is not UTF-8";
    Utf16 = "M0302", "a file is UTF-16";
    NulByte = "M0303", "a file holds a NUL byte";
    Unterminated = "M0304", "a comment or a quote is not closed";
    NoStatement = "M0305", "a file holds no statement";
    TransactionStatement = "M0306", "a file opens or ends a transaction";
    Parameter = "M0307", "a statement has a parameter";
    OtherTool = "M0308", "a file holds up and down, marked for another tool";

    UnknownDirective = "M0401", "a directive is unknown";
    ReasonMissing = "M0402", "a directive lacks its reason";
    DirectiveTooLate = "M0403", "a directive comes after the first statement";
    DirectiveForm = "M0404", "a comment is nearly a directive";
    DirectiveInWrongFile = "M0405", "a directive belongs in the other file of the pair";
    IrreversibleWithDown = "M0406", "an irreversible migration has a down";
    NothingToUndoWithStatement = "M0407", "a down with nothing to undo holds a statement";
    UnknownRule = "M0408", "a directive names no rule, or an unknown one";
    DirectiveTwice = "M0409", "a directive is given twice";
    VersionMissing = "M0410", "a compatible-with names no version";
    CompatibleVersion = "M0411", "a compatible-with names a version that is unknown or not older";
    CodeRefused = "M0412", "a step in Rust goes against what else the file says";
    Condition = "M0413", "an assumed condition does not fit the schema";

    UpFails = "M0501", "a statement of an up fails";
    DownFails = "M0502", "a statement of a down fails";
    DownDiffers = "M0503", "a down does not restore the schema";
    SecondUp = "M0504", "an up fails or differs after its down";
    FailsOnRows = "M0505", "a script fails on tables that hold rows";
    RowsVanish = "M0506", "rows vanish";
    ValuesMove = "M0507", "values move to another column";
    Dangles = "M0508", "foreign keys lead nowhere after a script";
    Damaged = "M0509", "rows do not fit their table after a script";
    Assumes = "M0510", "a script rests on a fact that the schema does not hold";
    RehearsalHalted = "M0511", "the rehearsal did not come to its end";
    GivenRows = "M0512", "rows that are given to the rehearsal do not fit the set";
    RowsMultiply = "M0513", "a copy repeats rows";
    StaleIndex = "M0514", "a full-text index does not match its content";

    LossyRebuild = "M0601", "a rebuilt table lacks what it had";
    HighWater = "M0602", "a rebuilt table gives out ids again";
    RenameFirst = "M0603", "references follow a table that was renamed to make room";
    PositionalCopy = "M0604", "rows are copied by the position of their columns";
    DropTable = "M0605", "a table is dropped with its rows";
    DropColumn = "M0606", "a column is dropped with what it holds";
    DeleteAll = "M0607", "all rows of a table are deleted";
    IfExists = "M0608", "a statement does nothing, and says so nowhere";
    Ignored = "M0609", "SQLite refuses or ignores a statement in a transaction";
    ReplaceParent = "M0610", "a row that others refer to is replaced";
    Broken = "M0611", "a view or a trigger does not compile any more";
    ForeignKeyTarget = "M0612", "a foreign key refers to what does not exist";
    ForeignKeysLeftOff = "M0613", "foreign keys are turned off and not on again";
    ReservedName = "M0614", "a name belongs to migratory or to SQLite";
    OtherDatabase = "M0615", "another database is attached, detached or written";
    SchemaPragma = "M0616", "the schema is written past SQLite's own statements";
    ReturnsRows = "M0617", "a statement returns rows that nobody reads";
    NameHeld = "M0618", "a view or a trigger keeps a table from its name";
    UnknownPragma = "M0619", "there is no such pragma";
    UnmatchedUpdate = "M0620", "an UPDATE overwrites rows for which it finds nothing";
    UpdateConflict = "M0621", "an UPDATE deletes or skips rows that collide";
    QuotedText = "M0622", "a text stands in double quotes";
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
    fn numbers_ascend_and_none_is_given_twice() {
        let numbers: Vec<_> = Code::ALL.iter().map(|code| code.number()).collect();
        assert!(numbers.is_sorted_by(|one, next| one < next), "{numbers:?}");
    }
}
