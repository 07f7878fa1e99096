//! Typed reading of one TOML table that goes on after a mistake: every getter reports what is wrong and returns
//! what is right, so that all mistakes of a file are told at once.
//!
//! A key counts as known when some getter asked for it; [`Section::done`] then reports the others, so the list of
//! keys is the reading code itself. Knows TOML, not what the keys mean.

use std::{
    ops::{Range, RangeInclusive},
    path::PathBuf,
    time::Duration,
};

use toml::{
    Spanned,
    de::{DeTable, DeValue},
};

use super::{duration, findings::Findings};
use crate::model::suggest;

/// One table of the file while it is read.
#[derive(Debug)]
pub(super) struct Section<'t> {
    table: &'t DeTable<'t>,
    /// As it is called in messages: `[server]`, `[[link]]`; empty at the top.
    name: String,
    span: Range<usize>,
    findings: &'t Findings<'t>,
    asked: Vec<&'static str>,
}

impl<'t> Section<'t> {
    pub(super) fn new(
        table: &'t DeTable<'t>,
        name: String,
        span: Range<usize>,
        findings: &'t Findings<'t>,
    ) -> Self {
        Self {
            table,
            name,
            span,
            findings,
            asked: Vec::new(),
        }
    }

    pub(super) fn findings(&self) -> &'t Findings<'t> {
        self.findings
    }

    /// The place of the table's head.
    pub(super) fn span(&self) -> Range<usize> {
        self.span.clone()
    }

    /// Where a key stands, if it does.
    pub(super) fn key_span(&self, key: &str) -> Option<Range<usize>> {
        self.table.get_key_value(key).map(|(key, _)| key.span())
    }

    /// Reports a key that must be there; `help` shows one.
    pub(super) fn require<T>(&self, key: &str, value: Option<T>, help: &str) -> Option<T> {
        if value.is_none() && self.table.get(key).is_none() {
            let message = format!("{} needs `{key}`", self.name);
            self.findings.error(self.span(), message, help);
        }
        value
    }

    fn get(&mut self, key: &'static str) -> Option<&'t Spanned<DeValue<'t>>> {
        self.asked.push(key);
        self.table.get(key)
    }

    fn wrong(&self, value: &Spanned<DeValue<'_>>, key: &str, wanted: &str) {
        let message = format!("`{key}` must be {wanted}, not {}", kind(value.get_ref()));
        let help = match value.get_ref() {
            DeValue::String(text) if text.parse::<f64>().is_ok() && wanted.contains("number") => {
                format!("remove the quotes: {key} = {text}")
            }
            DeValue::Integer(_) | DeValue::Float(_) if wanted.contains("text") => {
                format!("write it in quotes: {key} = \"…\"")
            }
            _ => String::new(),
        };
        self.findings.error(value.span(), message, &help);
    }

    /// A text without control characters, which would reach the terminal.
    pub(super) fn text(&mut self, key: &'static str) -> Option<Spanned<String>> {
        let value = self.get(key)?;
        text_of(self, value, key, "a text in quotes")
    }

    /// A path; never empty.
    pub(super) fn path(&mut self, key: &'static str) -> Option<PathBuf> {
        self.text(key).map(|text| PathBuf::from(text.into_inner()))
    }

    /// A list of texts.
    pub(super) fn texts(&mut self, key: &'static str) -> Vec<Spanned<String>> {
        let Some(value) = self.get(key) else {
            return Vec::new();
        };
        let wanted = "a list of texts: [\"…\", \"…\"]";
        let Some(list) = value.get_ref().as_array() else {
            self.wrong(value, key, wanted);
            return Vec::new();
        };
        list.iter()
            .filter_map(|one| text_of(self, one, key, wanted))
            .collect()
    }

    /// `true` or `false`.
    pub(super) fn flag(&mut self, key: &'static str) -> Option<bool> {
        let value = self.get(key)?;
        let flag = value.get_ref().as_bool();
        if flag.is_none() {
            self.wrong(value, key, "true or false");
        }
        flag
    }

    /// A whole number within `range`.
    pub(super) fn whole(
        &mut self,
        key: &'static str,
        range: RangeInclusive<i64>,
    ) -> Option<Spanned<i64>> {
        let value = self.get(key)?;
        let wanted = format!("a whole number from {} to {}", range.start(), range.end());
        let Some(integer) = value.get_ref().as_integer() else {
            self.wrong(value, key, &wanted);
            return None;
        };
        match i64::from_str_radix(integer.as_str(), integer.radix()) {
            Ok(number) if range.contains(&number) => Some(Spanned::new(value.span(), number)),
            _ => {
                let message = format!("`{key}` must be {wanted}, not {integer}");
                self.findings.error(value.span(), message, "");
                None
            }
        }
    }

    /// A list of whole numbers within `range`.
    pub(super) fn wholes(&mut self, key: &'static str, range: RangeInclusive<i64>) -> Vec<i64> {
        let Some(value) = self.get(key) else {
            return Vec::new();
        };
        let (low, high) = (range.start(), range.end());
        let wanted = format!("a list of whole numbers from {low} to {high}: [1, 2]");
        let Some(list) = value.get_ref().as_array() else {
            self.wrong(value, key, &wanted);
            return Vec::new();
        };
        let number = |one: &Spanned<DeValue<'_>>| {
            let integer = one.get_ref().as_integer();
            let number = integer.and_then(|n| i64::from_str_radix(n.as_str(), n.radix()).ok());
            let good = number.filter(|number| range.contains(number));
            match integer {
                Some(integer) if good.is_none() => {
                    let message = format!("`{key}` must be {wanted}, not {integer}");
                    self.findings.error(one.span(), message, "");
                }
                None => self.wrong(one, key, &wanted),
                Some(_) => {}
            }
            good
        };
        list.iter().filter_map(number).collect()
    }

    /// A number within `range`, whole or not.
    pub(super) fn number(
        &mut self,
        key: &'static str,
        range: RangeInclusive<f64>,
    ) -> Option<Spanned<f64>> {
        let value = self.get(key)?;
        let wanted = if *range.end() >= 1e9 {
            format!("a number of at least {}", range.start())
        } else {
            format!("a number from {} to {}", range.start(), range.end())
        };
        let Some(number) = number_of(value.get_ref()) else {
            self.wrong(value, key, &wanted);
            return None;
        };
        if range.contains(&number) {
            return Some(Spanned::new(value.span(), number));
        }
        let message = format!("`{key}` must be {wanted}, not {number}");
        self.findings.error(value.span(), message, "");
        None
    }

    /// A length of time such as `"30m"`.
    pub(super) fn duration(&mut self, key: &'static str) -> Option<Spanned<Duration>> {
        let value = self.get(key)?;
        let wanted = "a time in quotes, with its unit (\"500ms\", \"3s\", \"30m\", \"1h30m\")";
        let Some(text) = value.get_ref().as_str() else {
            self.wrong(value, key, wanted);
            return None;
        };
        let time = duration::parse(text);
        if time.is_none() {
            let message = format!("`{key}` must be {wanted}, not `{}`", text.escape_debug());
            self.findings.error(value.span(), message, "");
        }
        time.map(|time| Spanned::new(value.span(), time))
    }

    /// One of some words.
    pub(super) fn choice<T: Copy>(
        &mut self,
        key: &'static str,
        words: &[(&str, T)],
    ) -> Option<Spanned<T>> {
        let value = self.get(key)?;
        let list: Vec<String> = words
            .iter()
            .map(|(word, _)| format!("\"{word}\""))
            .collect();
        let wanted = format!("one of {}", list.join(", "));
        let Some(text) = value.get_ref().as_str() else {
            self.wrong(value, key, &wanted);
            return None;
        };
        if let Some((_, found)) = words.iter().find(|(word, _)| *word == text) {
            return Some(Spanned::new(value.span(), *found));
        }
        let near = suggest::nearest(text, words.iter().map(|(word, _)| *word));
        let help = near.map_or_else(String::new, |near| format!("did you mean \"{near}\"?"));
        let message = format!("`{key}` must be {wanted}, not \"{}\"", text.escape_debug());
        self.findings.error(value.span(), message, &help);
        None
    }

    /// A value whose shape the caller looks at itself.
    pub(super) fn raw(&mut self, key: &'static str) -> Option<&'t Spanned<DeValue<'t>>> {
        self.get(key)
    }

    /// A table within this one.
    pub(super) fn section(&mut self, key: &'static str) -> Option<Section<'t>> {
        let value = self.get(key)?;
        let name = if self.name.is_empty() {
            format!("[{key}]")
        } else {
            format!("`{key}` of {}", self.name)
        };
        let Some(table) = value.get_ref().as_table() else {
            let help = match value.get_ref() {
                DeValue::Array(_) => format!("write [{key}] with single brackets"),
                _ => String::new(),
            };
            let message = format!("`{key}` must be a table, not {}", kind(value.get_ref()));
            self.findings.error(value.span(), message, &help);
            return None;
        };
        let span = self.key_span(key).unwrap_or_else(|| value.span());
        Some(Section::new(table, name, span, self.findings))
    }

    /// The `[[key]]` tables; `None` when there is no such key at all.
    pub(super) fn sections(&mut self, key: &'static str) -> Option<Vec<Section<'t>>> {
        let value = self.get(key)?;
        let help = format!("write [[{key}]] with double brackets, once for each");
        let Some(list) = value.get_ref().as_array() else {
            let message = format!(
                "`{key}` must be a list of tables, not {}",
                kind(value.get_ref())
            );
            let span = self.key_span(key).unwrap_or_else(|| value.span());
            self.findings.error(span, message, &help);
            return Some(Vec::new());
        };
        let tables = list.iter().filter_map(|one| {
            let table = one.get_ref().as_table();
            if table.is_none() {
                let message = format!(
                    "`{key}` must be a list of tables, not of {}",
                    kind(one.get_ref())
                );
                self.findings.error(one.span(), message, &help);
            }
            let name = format!("[[{key}]]");
            table.map(|table| Section::new(table, name, one.span(), self.findings))
        });
        Some(tables.collect())
    }

    /// Every key with its value, for tables whose keys are the user's own.
    pub(super) fn free_keys(&mut self) -> Vec<(Spanned<String>, Spanned<String>)> {
        let table = self.table;
        let mut pairs = Vec::new();
        for (key, value) in table {
            let name = key.get_ref().to_string();
            if let Some(text) = text_of(self, value, &name, "a text in quotes") {
                pairs.push((Spanned::new(key.span(), name), text));
            }
        }
        pairs
    }

    /// Reports every key that no getter asked for.
    pub(super) fn done(self) {
        for key in self.table.keys() {
            let word = key.get_ref().as_ref();
            if self.asked.contains(&word) {
                continue;
            }
            let place = if self.name.is_empty() {
                String::new()
            } else {
                format!(" in {}", self.name)
            };
            let message = format!("unknown key `{}`{place}", word.escape_debug());
            let help = match suggest::nearest(word, self.asked.iter().copied()) {
                Some(near) => format!("did you mean `{near}`?"),
                None => format!("known keys are {}", self.asked.join(", ")),
            };
            self.findings.error(key.span(), message, &help);
        }
    }
}

fn text_of(
    section: &Section<'_>,
    value: &Spanned<DeValue<'_>>,
    key: &str,
    wanted: &str,
) -> Option<Spanned<String>> {
    let Some(text) = value.get_ref().as_str() else {
        section.wrong(value, key, wanted);
        return None;
    };
    let fault = if text.trim().is_empty() {
        "must not be empty"
    } else if text.chars().any(char::is_control) {
        "must not have control characters or line ends"
    } else {
        return Some(Spanned::new(value.span(), text.to_owned()));
    };
    let message = format!("`{key}` {fault}");
    section.findings.error(value.span(), message, "");
    None
}

/// A finite number, whole or not.
pub(super) fn number_of(value: &DeValue<'_>) -> Option<f64> {
    let number = match value {
        DeValue::Integer(integer) => {
            i64::from_str_radix(integer.as_str(), integer.radix()).ok()? as f64
        }
        DeValue::Float(float) => float.as_str().parse().ok()?,
        _ => return None,
    };
    number.is_finite().then_some(number)
}

/// A value's kind in words, with its article.
fn kind(value: &DeValue<'_>) -> &'static str {
    match value {
        DeValue::String(_) => "a text",
        DeValue::Integer(_) => "a whole number",
        DeValue::Float(_) if number_of(value).is_none() => "nan or infinity",
        DeValue::Float(_) => "a number with a fraction",
        DeValue::Boolean(_) => "true or false",
        DeValue::Datetime(_) => "a date",
        DeValue::Array(_) => "a list",
        DeValue::Table(_) => "a table",
    }
}
