//! Formats explanations for a terminal, and as sections of a web page.

use anstyle::Style;

use super::{Block, Explanation, Section};
use crate::style::{DIM, DONE, ERROR};

/// Formats the heading, the prose, and the examples, with their blocks indented.
pub(crate) fn terminal(explanation: &Explanation<'_>) -> String {
    let Explanation { code, prose, sections } = explanation;
    let heading = format!("{ERROR}{code}{ERROR:#}: {}\n\n{prose}\n", code.title());
    sections.iter().fold(heading, |text, section| text + "\n" + &section_on_terminal(section))
}

fn section_on_terminal(section: &Section<'_>) -> String {
    let (style, name) = match section.name {
        "bad" => (ERROR, "Bad"),
        "good" => (DONE, "Good"),
        _ => (Style::new().bold(), "Before"),
    };
    let heading = format!("{style}{name}{style:#}\n");
    section.blocks.iter().fold(heading, |text, block| text + "\n" + &block_on_terminal(block))
}

fn block_on_terminal(block: &Block<'_>) -> String {
    let caption = match block.caption.replace('`', "") {
        caption if caption.is_empty() => caption,
        caption => format!("    {DIM}{caption}{DIM:#}\n"),
    };
    block.text.lines().fold(caption, |text, line| text + "    " + line + "\n")
}

/// Formats an explanation as a section of a page about all codes.
pub(crate) fn markdown(explanation: &Explanation<'_>) -> String {
    let Explanation { code, prose, sections } = explanation;
    let heading = format!("## {code}: {}\n\n{prose}\n", code.title());
    sections.iter().fold(heading, |text, section| text + "\n" + &section_of_page(section))
}

fn section_of_page(section: &Section<'_>) -> String {
    let heading = format!("### {}\n", section.name);
    section.blocks.iter().fold(heading, |text, block| {
        let caption = if block.caption.is_empty() { "" } else { "\n\n" };
        let Block { caption: name, language, text: code } = block;
        text + "\n" + name + caption + "```" + language + "\n" + code + "```\n"
    })
}
