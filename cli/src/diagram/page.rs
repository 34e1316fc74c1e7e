//! The history as an HTML page: the schema, and what each migration changed.

use std::fmt::Write as _;

use migratory_analysis::{CheckedDown, CheckedMigration, CheckedScript, Directive, DirectiveKind};
use migratory_diagram::{Mark, Picture, escaped};
use migratory_rehearsal::schema::Schema;

use super::change::{self, Change};
use super::highlight::highlighted;

/// What a page shows.
pub(crate) struct Page<'a> {
    /// The folder with the migrations.
    pub(crate) folder: &'a str,
    /// The schema after the newest one.
    pub(crate) picture: &'a Picture,
    /// A summary of the picture, in words.
    pub(crate) summary: &'a str,
    /// The migrations from the oldest, and the schema after each.
    pub(crate) history: &'a [(&'a CheckedMigration, Schema)],
}

/// Returns the page as a single HTML file.
pub(crate) fn page(page: &Page<'_>) -> String {
    let folder = escaped(page.folder);
    let count = page.history.len();
    let noun = if count == 1 { "migration" } else { "migrations" };
    let mut html = format!(
        "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n\
         <meta name=\"color-scheme\" content=\"light dark\">\n\
         <title>{folder}: schema history</title>\n<style>\n{}</style>\n</head>\n<body>\n\
         <header>\n<h1>Schema history</h1>\n\
         <p><code>{folder}</code> · {count} {noun} · {}</p>\n</header>\n",
        include_str!("page.css"),
        escaped(page.summary),
    );
    let _ = write!(
        html,
        "<figure style=\"--wide:{}px\" tabindex=\"0\" aria-label=\"The current schema\">\n{}</figure>\n<main>\n",
        page.picture.width, page.picture.svg
    );
    contents(&mut html, page.history);
    let before = std::iter::once(Schema::default());
    let before: Vec<_> =
        before.chain(page.history.iter().map(|(_, after)| after.clone())).collect();
    for ((migration, after), before) in page.history.iter().zip(&before).rev() {
        article(&mut html, migration, &change::changes(before, after));
    }
    html.push_str("</main>\n</body>\n</html>\n");
    html
}

fn contents(html: &mut String, history: &[(&CheckedMigration, Schema)]) {
    if history.is_empty() {
        html.push_str("<p class=\"empty\">No migrations yet.</p>\n");
        return;
    }
    html.push_str(
        "<details class=\"contents\">\n<summary>All migrations, newest first</summary>\n<ol>\n",
    );
    for (migration, _) in history.iter().rev() {
        let (version, name) = (migration.version, spaced(&migration.name));
        let _ = writeln!(html, "<li><a href=\"#v{version}\"><b>{version}</b> {name}</a></li>");
    }
    html.push_str("</ol>\n</details>\n");
}

fn spaced(name: &str) -> String {
    escaped(&name.replace('_', " "))
}

fn article(html: &mut String, migration: &CheckedMigration, changes: &[Change]) {
    let (version, name) = (migration.version, spaced(&migration.name));
    let _ = write!(
        html,
        "<article id=\"v{version}\">\n<h2><a href=\"#v{version}\">{version}</a> {name}</h2>\n"
    );
    documentation(html, &migration.doc);
    self::changes(html, changes);
    notes(html, migration);
    script(html, "Up", &migration.up);
    match &migration.down {
        CheckedDown::Script(down) => script(html, "Down", down),
        CheckedDown::Irreversible(reason) => {
            let _ = writeln!(
                html,
                "<p class=\"callout\"><b>This migration can't be rolled back.</b> {}</p>",
                prose(reason)
            );
        }
        _ => html.push_str("<p class=\"aside\">There is no down: the set is up only.</p>\n"),
    }
    html.push_str("</article>\n");
}

/// The comment at the top of the script, in paragraphs.
fn documentation(html: &mut String, lines: &[String]) {
    for paragraph in lines.split(|line| line.trim().is_empty()).filter(|lines| !lines.is_empty()) {
        let _ = writeln!(html, "<p>{}</p>", prose(&paragraph.join("\n")));
    }
}

/// Prose with code in backticks, as HTML.
fn prose(text: &str) -> String {
    let parts: Vec<_> = text.split('`').collect();
    let is_paired = parts.len() % 2 == 1;
    let mut html = String::new();
    for (at, part) in parts.iter().enumerate() {
        let _ = match (is_paired, at % 2) {
            (true, 1) => write!(html, "<code>{}</code>", escaped(part)),
            (false, _) if at > 0 => write!(html, "`{}", escaped(part)),
            _ => write!(html, "{}", escaped(part)),
        };
    }
    html
}

fn changes(html: &mut String, changes: &[Change]) {
    if changes.is_empty() {
        html.push_str("<p class=\"aside\">No change to the schema.</p>\n");
        return;
    }
    html.push_str("<ul class=\"changes\">\n");
    for change in changes {
        let word = match change.mark {
            Mark::Removed => "removed",
            Mark::Changed => "changed",
            Mark::New | Mark::Same => "added",
        };
        let _ = writeln!(
            html,
            "<li class=\"{word}\"><span class=\"sign\" aria-hidden=\"true\">{}</span><span><i>{word} {}</i> \
             <b>{}</b> <small>{}</small></span></li>",
            change.mark.sign(),
            change.kind,
            escaped(&change.name),
            escaped(&change.details)
        );
    }
    html.push_str("</ul>\n");
}

/// The directives of the two scripts.
fn notes(html: &mut String, migration: &CheckedMigration) {
    let up = migration.up.directives.iter().map(|it| (it, &migration.up));
    let down = migration.down.script().into_iter();
    let down = down.flat_map(|down| down.directives.iter().map(move |it| (it, down)));
    let notes = up.chain(down).filter(|(it, _)| it.kind != DirectiveKind::Irreversible);
    let notes: Vec<_> = notes.map(|(directive, script)| note(directive, script)).collect();
    if !notes.is_empty() {
        let _ = writeln!(html, "<ul class=\"notes\">\n{}</ul>", notes.concat());
    }
}

fn note(directive: &Directive, script: &CheckedScript) -> String {
    let written = script.sql.get(directive.range.clone()).unwrap_or_default();
    let written = written.trim_start_matches(['-', ' ']).trim_start_matches("migratory:").trim();
    // The reason follows as prose.
    let word = written.strip_suffix(directive.reason.as_str()).unwrap_or(written);
    let word = word.trim_end().trim_end_matches(':').trim_end();
    let colon = if directive.reason.is_empty() { "" } else { ": " };
    format!("<li><code>{}</code>{colon}{}</li>\n", escaped(word), prose(&directive.reason))
}

fn script(html: &mut String, direction: &str, script: &CheckedScript) {
    let count = script.statements.len();
    let noun = if count == 1 { "statement" } else { "statements" };
    let _ = writeln!(
        html,
        "<details><summary title=\"{}\"><b>{direction}</b> <code>{}</code> <small>{count} {noun}</small></summary>\n\
         <pre tabindex=\"0\"><code>{}</code></pre></details>",
        escaped(&script.file),
        escaped(script.file.rsplit('/').next().unwrap_or_default()),
        highlighted(&script.sql)
    );
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_paired_backticks_are_code() {
        for (text, expected) in [
            ("a `b<` c", "a <code>b&lt;</code> c"),
            ("a ` b", "a ` b"),
            ("`a` and `", "`a` and `"),
            ("", ""),
        ] {
            assert_eq!(prose(text), expected, "{text}");
        }
    }
}
