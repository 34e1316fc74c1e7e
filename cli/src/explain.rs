//! Explanations of the codes.
//!
//! Each code has a text in `explain/`: a paragraph, and the sections `before` (the schema that the examples start
//! with, where they need one), `bad` and `good`. A section holds fenced blocks; the line above a block names its file.
//! The tests run the examples.

use migratory_analysis::Code;

pub(crate) mod show;
#[cfg(test)]
mod tests;

macro_rules! texts {
    ($($number:literal)*) => {
        /// The texts, by the numbers of their codes.
        const TEXTS: &[(&str, &str)] =
            &[$(($number, include_str!(concat!("explain/", $number, ".md")))),*];
    };
}

texts! {
    "M0001" "M0002" "M0003" "M0004" "M0005" "M0006"
    "M0101" "M0102" "M0103" "M0104" "M0105" "M0106" "M0107"
    "M0201" "M0202" "M0203" "M0204" "M0205" "M0206" "M0207" "M0208" "M0209" "M0210" "M0211" "M0212"
    "M0213" "M0214"
    "M0301" "M0302" "M0303" "M0304" "M0305" "M0306" "M0307" "M0308"
    "M0401" "M0402" "M0403" "M0404" "M0405" "M0406" "M0407" "M0408" "M0409" "M0410" "M0411" "M0412" "M0413"
    "M0501" "M0502" "M0503" "M0504" "M0505" "M0506" "M0507" "M0508" "M0509" "M0510" "M0511" "M0512"
    "M0513" "M0514" "M0515" "M0516"
    "M0601" "M0602" "M0603" "M0604" "M0605" "M0606" "M0607" "M0608" "M0609" "M0610" "M0611" "M0612"
    "M0613" "M0614" "M0615" "M0616" "M0617" "M0618" "M0619" "M0620" "M0621" "M0622" "M0623"
}

/// How many codes are suggested for an unknown one.
const SUGGESTED: usize = 3;

/// The explanation of a code.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Explanation<'a> {
    pub(crate) code: Code,
    /// What was found, why it matters on a user's database, and what to do; wrapped at 80 columns.
    pub(crate) prose: &'a str,
    pub(crate) sections: Vec<Section<'a>>,
}

/// A part of the examples.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Section<'a> {
    /// `before`, `bad` or `good`.
    pub(crate) name: &'a str,
    pub(crate) blocks: Vec<Block<'a>>,
}

/// A fenced block.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Block<'a> {
    /// The line above it, which names a file; may be empty.
    pub(crate) caption: &'a str,
    /// `sql`, `toml`, `rust`, `text` for the names of files, or `console`.
    pub(crate) language: &'a str,
    /// Its lines, with their line ends.
    pub(crate) text: &'a str,
}

/// The code with this number, in upper or lower case, with or without the `M`.
pub(crate) fn find(number: &str) -> Option<Code> {
    let wanted = normal(number);
    Code::ALL.iter().copied().find(|code| code.number() == wanted)
}

/// Returns the codes that an unknown number may be meant as: those with the fewest different digits, then the nearest.
pub(crate) fn nearest(number: &str) -> Vec<Code> {
    let wanted = normal(number);
    let value = |number: &str| {
        let digits: String = number.chars().filter(char::is_ascii_digit).collect();
        digits.parse::<u32>().unwrap_or_default()
    };
    let distance = |code: &Code| {
        let number = code.number();
        let alike = number.chars().zip(wanted.chars()).filter(|(one, other)| one == other).count();
        let longest = number.len().max(wanted.chars().count());
        (longest - alike, value(number).abs_diff(value(&wanted)))
    };
    let mut codes = Code::ALL.to_vec();
    codes.sort_by_key(distance);
    codes.truncate(SUGGESTED);
    codes
}

fn normal(number: &str) -> String {
    let number = number.trim().to_uppercase();
    if number.starts_with('M') { number } else { format!("M{number}") }
}

/// The explanation of a code; `None` if it has no text, which a test excludes.
pub(crate) fn explain(code: Code) -> Option<Explanation<'static>> {
    let (_, text) = TEXTS.iter().find(|(number, _)| *number == code.number())?;
    Some(parse(code, text))
}

fn parse(code: Code, text: &str) -> Explanation<'_> {
    let mut parts = text.split("\n## ");
    let prose = parts.next().unwrap_or_default().trim();
    Explanation { code, prose, sections: parts.map(section).collect() }
}

fn section(text: &str) -> Section<'_> {
    let (name, rest) = text.split_once('\n').unwrap_or((text, ""));
    // The parts are alternately outside and inside a fence.
    let mut parts = rest.split("```");
    let mut blocks = Vec::new();
    while let (Some(outside), Some(inside)) = (parts.next(), parts.next()) {
        let (language, text) = inside.split_once('\n').unwrap_or((inside, ""));
        blocks.push(Block { caption: outside.trim(), language, text });
    }
    Section { name: name.trim(), blocks }
}
