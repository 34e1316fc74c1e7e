//! What differs between the rows of a table at two moments, counted, with the first rows that show it.

/// What differs in one way between the rows of a table at two moments.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Difference {
    /// The table, by its name before the scripts.
    pub table: String,
    /// What differs.
    pub what: What,
    /// In how many rows.
    pub rows: u64,
    /// The first of them.
    pub samples: Vec<Sample>,
    /// Whether a script says so.
    pub standing: Standing,
}

/// What differs.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum What {
    /// Rows are gone.
    Gone,
    /// Rows are there more often than before.
    Repeated,
    /// Rows are there that were not.
    Added,
    /// The values of this column are other ones.
    Value(String),
    /// The highest id that was ever given out is forgotten.
    Counter,
}

/// Whether a script says so.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Standing {
    /// No statement says so: it is lost.
    Lost,
    /// A statement of this file deletes, updates, drops or inserts it, or its author allows it.
    Said(String),
    /// Nothing is lost: a NULL was filled, or a value became one of its column's type.
    Improved,
}

/// A row that shows a difference. Values are shortened, and control characters escaped.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Sample {
    /// The columns that tell the row from others, and their values.
    pub row: String,
    /// The value before; `None` if the whole row is meant.
    pub before: Option<String>,
    /// The value after; `None` if the whole row is meant.
    pub after: Option<String>,
}

impl Difference {
    /// Whether no script says so.
    pub fn is_loss(&self) -> bool {
        self.standing == Standing::Lost
    }
}

/// How many rows are shown of each difference.
const SHOWN: usize = 3;

/// So many rows, and the first of them.
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
            // Nothing is shown of one that is known by its digest alone.
            self.samples.extend((sample != Sample::default()).then_some(sample));
        }
    }

    /// The difference, if there is one.
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
