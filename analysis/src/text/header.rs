//! Reads the comments of a script: documentation for people, and directives for migratory.

use migratory_core::sql::lexer::{self, Kind, Token};

use crate::directive::compatible_with;
use crate::directive::{Assumption, Comment, Directive, DirectiveKind, Fault, Key, Rule};
use crate::spelling;
use crate::{Code, Diagnostic, Findings};
use migratory_core::Direction;

/// The comments before the first statement of a script.
#[derive(Debug, Default)]
pub(crate) struct Header {
    /// The lines of the comments that are not directives.
    pub(crate) doc: Vec<String>,
    pub(crate) directives: Vec<Directive>,
    /// Whether a directive has an error, so that the author's intention is unknown.
    pub(crate) is_doubtful: bool,
}

impl Header {
    pub(crate) fn parse(
        path: &str,
        sql: &str,
        direction: Direction,
        is_accepted: bool,
        findings: &mut Findings,
    ) -> Self {
        let mut header = Self::default();
        // A shipped file may be older than migratory: a comment that is almost a directive is prose there.
        let is_meant =
            |token: Token<'_>| !is_accepted || matches!(Comment::of(token), Comment::Directive(_));
        let mut tokens = lexer::tokens(sql).peekable();
        while let Some(token) = tokens.next_if(Token::is_blank) {
            let found = match token.kind {
                Kind::Space => header.gap(token.text),
                _ if !is_meant(token) => {
                    header.doc.extend(prose(token.text));
                    None
                }
                _ => header.comment(path, token, direction),
            };
            header.is_doubtful |= found.is_some();
            findings.extend(found);
        }
        let comments = tokens.filter(|token| token.is_blank() && token.kind != Kind::Space);
        for comment in comments.filter(|token| is_meant(*token)) {
            let found = too_late(path, comment);
            header.is_doubtful |= found.is_some();
            findings.extend(found);
        }
        trim_end(&mut header.doc);
        header
    }

    pub(crate) fn get(&self, kind: DirectiveKind) -> Option<&Directive> {
        self.directives.iter().find(|each| each.kind == kind)
    }

    /// Starts a new paragraph at an empty line between comments.
    fn gap(&mut self, space: &str) -> Option<Diagnostic> {
        let is_open = self.doc.last().is_some_and(|line| !line.is_empty());
        if is_open && space.matches('\n').count() > 1 {
            self.doc.push(String::new());
        }
        None
    }

    fn comment(
        &mut self,
        path: &str,
        token: Token<'_>,
        direction: Direction,
    ) -> Option<Diagnostic> {
        let range = token.start..token.start + token.text.trim_end().len();
        match Comment::of(token) {
            Comment::Prose => self.doc.extend(prose(token.text)),
            Comment::Near(written) => return Some(near(path, token, written)),
            Comment::Directive(body) => match Directive::parse(body, range) {
                Err(fault) => return Some(faulty(path, token, body, &fault)),
                Ok(directive) => return self.take(path, directive, direction),
            },
        }
        None
    }

    fn take(
        &mut self,
        path: &str,
        directive: Directive,
        direction: Direction,
    ) -> Option<Diagnostic> {
        let mut others = self.directives.iter();
        let fault = match others.find(|other| other.kind.excludes(directive.kind)) {
            Some(first) => Some(twice(path, first, &directive)),
            None => wrong_file(path, &directive, direction),
        };
        self.directives.push(directive);
        fault
    }
}

/// Removes empty lines from the end.
fn trim_end(lines: &mut Vec<String>) {
    while lines.last().is_some_and(String::is_empty) {
        lines.pop();
    }
}

/// Returns the lines of a comment, without `--`, `/*` and `*/`.
fn prose(comment: &str) -> Vec<String> {
    if let Some(line) = comment.strip_prefix("--") {
        let line = line.trim_end();
        return vec![line.strip_prefix(' ').unwrap_or(line).to_owned()];
    }
    let body = comment.trim_start_matches("/*").trim_end_matches("*/");
    let line = |line: &str| {
        let line = line.trim();
        line.strip_prefix('*').unwrap_or(line).trim_start().to_owned()
    };
    let mut lines: Vec<String> = body.lines().map(line).skip_while(String::is_empty).collect();
    trim_end(&mut lines);
    lines
}

fn on(code: Code, message: impl Into<String>, path: &str, token: Token<'_>) -> Diagnostic {
    let end = token.start + token.text.trim_end().len();
    Diagnostic::error(code, message).on(path, token.start..end, "")
}

fn near(path: &str, token: Token<'_>, written: &str) -> Diagnostic {
    on(Code::DirectiveForm, "this comment is almost a directive", path, token)
        .note("as written, it has no effect")
        .help(format!("write `-- migratory: {written}`"))
}

fn too_late(path: &str, token: Token<'_>) -> Option<Diagnostic> {
    let (Comment::Directive(written) | Comment::Near(written)) = Comment::of(token) else {
        return None;
    };
    let message = "this directive comes after the first statement";
    Some(
        on(Code::DirectiveTooLate, message, path, token)
            .note("directives take effect only before the first statement")
            .help(format!("move `-- migratory: {written}` to the top of the file")),
    )
}

fn faulty(path: &str, token: Token<'_>, body: &str, fault: &Fault<'_>) -> Diagnostic {
    let reason = body.split_once(':').map_or("<reason>", |(_, reason)| reason.trim());
    match *fault {
        Fault::UnknownKey(word) => unknown_key(path, token, word, body),
        Fault::UnknownRule { key, word } => unknown_rule(path, token, key, word, reason),
        Fault::NoRuleTaken { key } => {
            let message = format!("`{}` takes nothing in parentheses", key.word());
            let right = if key.needs_reason() || body.contains(':') {
                format!("{}: {reason}", key.word())
            } else {
                key.word().to_owned()
            };
            on(Code::UnknownRule, message, path, token)
                .help(format!("write `-- migratory: {right}`"))
        }
        Fault::NoColumns { rule, written } => no_columns(path, token, (rule, written), body),
        Fault::ReasonNotWritten => {
            let message = "`<reason>` is a placeholder, not a reason";
            on(Code::ReasonMissing, message, path, token)
                .note("whoever reads the file in a year must know why")
                .help("replace it with why this holds for every database that has the migration")
        }
        Fault::NoVersion(written) => no_version(path, token, body, written),
        Fault::ReasonMissing => {
            let written = body.trim_end_matches([':', ' ']);
            on(Code::ReasonMissing, format!("`{written}` has no reason"), path, token)
                .note("whoever reads the file in a year must know why")
                .help(format!("write `-- migratory: {written}: <reason>`"))
        }
    }
}

/// Reports an `allow(<rule>: ..)` that names no columns, or whose rule takes none.
fn no_columns(
    path: &str,
    token: Token<'_>,
    (rule, written): (&str, &str),
    body: &str,
) -> Diagnostic {
    let values_move = Rule::ValuesMove.word();
    let reason = body.rsplit_once("):").map_or("<reason>", |(_, reason)| reason.trim());
    match Rule::parse(rule) {
        Some(Rule::ValuesMove) => {
            let message = match written {
                "" => format!("`allow({rule}: ..)` names no column"),
                _ => format!("`{written}` does not name a column"),
            };
            on(Code::UnknownRule, message, path, token).help(format!(
                "write the table, a dot and the column: `-- migratory: allow({values_move}: item.title): {reason}`; separate several columns with commas"
            ))
        }
        Some(_) => {
            let message = format!("`allow({rule})` can't be limited to `{written}`");
            on(Code::UnknownRule, message, path, token)
                .note(format!("only `allow({values_move}: ..)` takes columns"))
                .help(format!("write `-- migratory: allow({rule}): {reason}`"))
        }
        None => unknown_rule(path, token, Key::Allow, rule, reason),
    }
}

fn no_version(path: &str, token: Token<'_>, body: &str, written: &str) -> Diagnostic {
    let message = match written {
        "" => "`compatible-with` has no version".to_owned(),
        _ => format!("`{written}` is not a version"),
    };
    let error = on(Code::VersionMissing, message, path, token).note(
        "programs whose newest migration is that version or a later one may work with a database that has \
         this migration",
    );
    match compatible_with::meant(body) {
        Some(right) => error.help(format!("did you mean `-- migratory: {right}`?")),
        None => error
            .help("write the version as in a file name: `-- migratory: compatible-with <version>`"),
    }
}

fn unknown_key(path: &str, token: Token<'_>, word: &str, body: &str) -> Diagnostic {
    let keys = Key::ALL.iter().map(|key| key.word());
    let message = if word.is_empty() {
        "this directive is empty".to_owned()
    } else {
        format!("unknown directive `{word}`")
    };
    let error = on(Code::UnknownDirective, message, path, token);
    let bare = word.trim_end_matches(|last: char| last.is_ascii_digit() || last == '-').trim_end();
    if spelling::nearest(bare, keys.clone()) == Some(Key::CompatibleWith.word()) {
        let rest = body.strip_prefix(bare).unwrap_or_default();
        return error.help(format!("did you mean `-- migratory: compatible-with{rest}`?"));
    }
    if let Some(meant) = spelling::nearest(word, keys.clone()) {
        let rest = body.strip_prefix(word).unwrap_or_default();
        return error.help(format!("did you mean `-- migratory: {meant}{rest}`?"));
    }
    let keys: Vec<_> = keys.map(|key| format!("`{key}`")).collect();
    error.help(format!("the directives are {}", spelling::list(&keys)))
}

fn unknown_rule(path: &str, token: Token<'_>, key: Key, word: &str, reason: &str) -> Diagnostic {
    let words: Vec<&str> = match key {
        Key::Assumes => Assumption::ALL.iter().map(|each| each.word()).collect(),
        _ => Rule::ALL.iter().map(|each| each.word()).collect(),
    };
    let key = key.word();
    let message = match (word, key) {
        ("", "allow") => "`allow` names no rule".to_owned(),
        ("", _) => format!("`{key}` names no assumption"),
        (_, "allow") => format!("unknown rule `{word}`"),
        _ => format!("unknown assumption `{word}`"),
    };
    let error = on(Code::UnknownRule, message, path, token);
    if let Some(meant) = spelling::nearest(word, words.iter().copied()) {
        let right = format!("-- migratory: {key}({meant}): {reason}");
        return error.help(format!("did you mean `{right}`?"));
    }
    let words: Vec<_> = words.iter().map(|word| format!("`{key}({word})`")).collect();
    error.help(format!("write {}", spelling::choice(&words)))
}

/// Reports a directive that belongs in the other file of the pair.
fn wrong_file(path: &str, directive: &Directive, direction: Direction) -> Option<Diagnostic> {
    let (why, help) = match (directive.kind, direction) {
        (DirectiveKind::Irreversible, Direction::Down) => {
            (None, "move it to the up and delete the down")
        }
        (DirectiveKind::NothingToUndo, Direction::Up) => (
            None,
            "move it to the down; if the up can't be undone, write `-- migratory: irreversible: <reason>`",
        ),
        (DirectiveKind::CompatibleWith(_), Direction::Down) => (
            Some("it is about databases that have the migration; after the down they don't"),
            "move it to the top of the up",
        ),
        _ => return None,
    };
    let here = match direction {
        Direction::Up => "an up",
        Direction::Down => "a down",
    };
    let message = format!("`{}` in {here}", directive.kind.written());
    let error = Diagnostic::error(Code::DirectiveInWrongFile, message);
    let error = error.on(path, directive.range.clone(), "");
    Some(why.into_iter().fold(error, Diagnostic::note).help(help))
}

fn twice(path: &str, first: &Directive, again: &Directive) -> Diagnostic {
    let message = format!("duplicate directive `{}`", again.kind.written());
    Diagnostic::error(Code::DirectiveTwice, message)
        .on(path, again.range.clone(), "again here")
        .on(path, first.range.clone(), "first here")
        .help("delete one of them")
}
