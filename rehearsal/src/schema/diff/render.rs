//! Renders differences for people to read.

use super::super::Name;
use super::{Difference, Object, Part};
use migratory_analysis::spelling;

/// How many lines are shown.
const LINES: usize = 20;
/// The last column at which `lost` and `left behind` are aligned.
const FARTHEST: usize = 60;

/// Renders the differences as a list, one a line, each with what became of the object.
///
/// ```text
/// - index item_by_title ON item (title)    lost
/// + table item_backup (id, title)          left behind
/// ~ item.year: NOT NULL is gone
/// ```
pub(crate) fn rendered(differences: &[Difference]) -> String {
    let shown = &differences[..differences.len().min(LINES)];
    let widths =
        shown.iter().filter(|each| each.is_whole()).map(|each| each.head().chars().count());
    let width = widths.filter(|width| *width <= FARTHEST).max().unwrap_or_default();
    let mut lines: Vec<_> = shown.iter().map(|each| each.line(width)).collect();
    if differences.len() > LINES {
        let more = differences.len() - LINES;
        lines.push(format!(
            "and {}",
            spelling::counted(more, "difference more", "differences more")
        ));
    }
    lines.join("\n")
}

impl Difference {
    /// Whether only one side has the object or the column.
    fn is_whole(&self) -> bool {
        matches!(self.part, Part::Whole | Part::Column(_))
    }

    fn line(&self, width: usize) -> String {
        let head = self.head();
        let lead = self.part.lead();
        match (&self.before, &self.after) {
            (Some(_), None) if self.is_whole() => format!("{head:width$}    lost"),
            (None, Some(_)) if self.is_whole() => format!("{head:width$}    left behind"),
            (Some(before), Some(after)) if self.part == Part::Body => {
                format!("{head}: `{before}` became `{after}`")
            }
            (Some(before), Some(after)) => format!("{head}: {lead}{before} became {after}"),
            (Some(before), None) => format!("{head}: {lead}{before} is gone"),
            (None, Some(after)) => format!("{head}: {lead}{after} is new"),
            (None, None) => head,
        }
    }

    /// Names what the line is about.
    fn head(&self) -> String {
        let sign = match (self.is_whole(), &self.before) {
            (false, _) => '~',
            (true, Some(_)) => '-',
            (true, None) => '+',
        };
        let text = self.before.as_ref().or(self.after.as_ref()).map_or("", String::as_str);
        let head = match &self.part {
            Part::Whole => format!("{sign} {} {} {text}", self.object.word(), self.name),
            Part::Column(column) => format!("{sign} column {}.{column} {text}", self.name),
            part => format!("{sign} {}", self.place(part)),
        };
        head.trim_end().to_owned()
    }

    /// Names the table, or the table and its column; an object of another kind is named with its
    /// kind.
    fn place(&self, part: &Part) -> String {
        match (self.object, part.column()) {
            (Object::Table, Some(column)) => format!("{}.{column}", self.name),
            (Object::Table, None) => self.name.to_string(),
            (object, _) => format!("{} {}", object.word(), self.name),
        }
    }
}

impl Object {
    /// Returns the word for it, such as `table`.
    pub fn word(self) -> &'static str {
        match self {
            Self::Table => "table",
            Self::Index => "index",
            Self::Trigger => "trigger",
            Self::View => "view",
        }
    }
}

impl Part {
    /// Returns the column that differs, if one does.
    pub fn column(&self) -> Option<&Name> {
        match self {
            Self::Column(name)
            | Self::Type(name)
            | Self::NotNull(name)
            | Self::Default(name)
            | Self::Collation(name)
            | Self::Generated(name) => Some(name),
            _ => None,
        }
    }

    /// Returns the words that the text needs before it; most texts speak for themselves.
    fn lead(&self) -> &'static str {
        match self {
            Self::Type(_) => "the type ",
            Self::Order => "the order of the columns ",
            _ => "",
        }
    }
}
