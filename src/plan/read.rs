//! From the text of a plan file to a document: which format is it?

use serde_json::Value;

use super::{document::PlanDocument, error::PlanError, old_json, points, qgc, wpl};

/// Reads a plan in any of the formats of `Format`; the content decides, not the name of the file.
///
/// # Errors
/// One sentence that says what is wrong and where.
pub fn read(text: &str) -> Result<PlanDocument, PlanError> {
    let text = text.trim_start_matches('\u{feff}');
    let start = text.trim_start();
    if start.starts_with('{') {
        return read_json(text);
    }
    if start.starts_with("QGC WPL") {
        return wpl::read(text);
    }
    let first = wpl::lines(text).next().unwrap_or_default();
    let is_number = |index: usize| {
        let word = first.get(index);
        word.is_some_and(|word| word.text.parse::<f64>().is_ok())
    };
    match first.first() {
        None => Err(PlanError::NotAPlan {
            what: "it is empty".to_owned(),
        }),
        Some(word) if word.text.eq_ignore_ascii_case("rally") => points::read_rally(text),
        Some(_) if is_number(0) && is_number(1) => points::read_fence(text),
        Some(word) if word.text.starts_with('<') => Err(PlanError::NotAPlan {
            what: "it seems to be XML, perhaps a map overlay".to_owned(),
        }),
        Some(_) => {
            let what = "it begins neither with `{`, `QGC WPL`, `RALLY` nor with two numbers";
            Err(PlanError::NotAPlan {
                what: what.to_owned(),
            })
        }
    }
}

fn read_json(text: &str) -> Result<PlanDocument, PlanError> {
    let value: Value = serde_json::from_str(text).map_err(|error| {
        let words = error.to_string();
        let what = words
            .split(" at line ")
            .next()
            .unwrap_or_default()
            .to_owned();
        PlanError::Line {
            line: error.line(),
            column: error.column(),
            what,
        }
    })?;
    let file_type = value
        .get("fileType")
        .map(|kind| kind.as_str().unwrap_or_default().to_owned());
    match file_type.as_deref() {
        Some("Plan") => qgc::read(&value),
        None if value.get("items").is_some() => old_json::read(&value),
        None => Err(PlanError::Json {
            path: "the file".to_owned(),
            what: "`fileType` is missing, and there are no items of an old .mission".to_owned(),
        }),
        Some(other) => Err(PlanError::Json {
            path: "fileType".to_owned(),
            what: format!("`{other}` is not `Plan`"),
        }),
    }
}
