//! SARIF 2.1.0 for code scanning: all codes as rules, the findings as results.

use migratory_analysis::{Code, Diagnostic, Label};
use serde_json::{Value, json};

use super::path::{Root, uri};
use super::place::Places;
use super::{Report, level, text};
use crate::explain;

const SCHEMA: &str = "https://json.schemastore.org/sarif-2.1.0.json";
/// GitHub's name for the root of the paths.
const BASE: &str = "%SRCROOT%";

pub(crate) fn render(report: &Report<'_>, root: &Root) -> serde_json::Result<String> {
    let places = Places::of(report.findings);
    let results = report.findings.iter().map(|each| result(each, report, root, &places));
    let document = json!({
        "$schema": SCHEMA,
        "version": "2.1.0",
        "runs": [{
            "tool": { "driver": {
                "name": "cargo-migratory",
                "semanticVersion": env!("CARGO_PKG_VERSION"),
                "informationUri": "https://docs.rs/migratory",
                "rules": Code::ALL.iter().copied().map(rule).collect::<Vec<_>>(),
            }},
            "columnKind": "unicodeCodePoints",
            "originalUriBaseIds": { BASE: { "uri": root.uri() } },
            "results": results.collect::<Vec<_>>(),
        }],
    });
    Ok(serde_json::to_string_pretty(&document)? + "\n")
}

fn rule(code: Code) -> Value {
    let explanation = explain::explain(code);
    let prose = explanation.as_ref().map_or(code.title(), |explanation| explanation.prose);
    let prose = prose.replace('\n', " ");
    json!({
        "id": code.number(),
        "name": format!("{code:?}"),
        "shortDescription": { "text": code.title() },
        "fullDescription": { "text": prose },
        "help": { "text": format!("{prose} `cargo migratory explain {code}` shows examples.") },
    })
}

fn result(diagnostic: &Diagnostic, report: &Report<'_>, root: &Root, places: &Places<'_>) -> Value {
    let rule = Code::ALL.iter().position(|code| *code == diagnostic.code);
    let located = |is_primary| {
        let labels = diagnostic.labels.iter().filter(move |label| label.primary == is_primary);
        labels.map(|label| location(label, report, root, places)).collect::<Vec<_>>()
    };
    json!({
        "ruleId": diagnostic.code.number(),
        "ruleIndex": rule,
        "level": level(diagnostic.severity),
        "message": { "text": text(diagnostic) },
        "locations": located(true),
        "relatedLocations": located(false),
    })
}

fn location(label: &Label, report: &Report<'_>, root: &Root, places: &Places<'_>) -> Value {
    let mut file = json!({ "uri": uri(&root.path(&report.project.package, &label.file)) });
    if file["uri"].as_str().is_some_and(|uri| !uri.starts_with("file:")) {
        file["uriBaseId"] = BASE.into();
    }
    let mut location = json!({ "physicalLocation": { "artifactLocation": file } });
    if let Some(place) = places.find(label) {
        location["physicalLocation"]["region"] = json!({
            "startLine": place.start.line,
            "startColumn": place.start.column,
            "endLine": place.end.line,
            "endColumn": place.end.column,
        });
    }
    if !label.text.is_empty() {
        location["message"] = json!({ "text": label.text });
    }
    location
}
