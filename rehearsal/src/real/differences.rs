//! Counted differences between the rows of a table at two moments, with the first rows that show
//! them.

/// A kind of difference between the rows of a table at two moments.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Difference {
    /// The table, by its name before the scripts.
    pub table: String,
    /// The kind of difference.
    pub what: What,
    /// The number of rows that differ.
    pub rows: u64,
    /// The first of them.
    pub samples: Vec<Sample>,
    /// Whether a script accounts for it.
    pub standing: Standing,
}

/// The kind of a difference.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum What {
    /// Rows are missing.
    Gone,
    /// Rows are repeated more often than before.
    Repeated,
    /// Rows are new.
    Added,
    /// The values of this column have changed.
    Value(String),
    /// The highest id ever assigned is forgotten.
    Counter,
}

/// Whether a script accounts for a difference.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Standing {
    /// No statement does: something is lost.
    Lost,
    /// A statement of this file deletes, updates, drops or inserts it, or its author allows it.
    Intended(String),
    /// Nothing is lost: a NULL was filled, or a value became one of its column's type.
    Improved,
}

/// A row that shows a difference. Values are shortened, and control characters escaped.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Sample {
    /// The columns that identify the row, with their values.
    pub row: String,
    /// The value before; `None` if the difference concerns the whole row.
    pub before: Option<String>,
    /// The value after; `None` if the difference concerns the whole row.
    pub after: Option<String>,
}

impl Difference {
    /// Whether no script accounts for it.
    pub fn is_loss(&self) -> bool {
        self.standing == Standing::Lost
    }
}

/// How many rows are shown for each difference.
const SHOWN: usize = 3;

/// The number of rows, and the first of them.
#[derive(Debug, Default)]
pub(super) struct Found {
    pub(super) rows: u64,
    pub(super) samples: Vec<Sample>,
}

impl Found {
    /// Counts a row, and keeps it if it is one of the first.
    pub(super) fn add(&mut self, sample: impl FnOnce() -> Sample) {
        self.rows += 1;
        if self.samples.len() < SHOWN {
            let sample = sample();
            // A row known only by its digest can't be shown.
            self.samples.extend((sample != Sample::default()).then_some(sample));
        }
    }

    /// Returns the difference, if there is one.
    pub(super) fn difference(
        self,
        table: &str,
        what: What,
        standing: Standing,
    ) -> Option<Difference> {
        let Self { rows, samples } = self;
        let table = table.to_owned();
        (rows > 0).then_some(Difference { table, what, rows, samples, standing })
    }
}
