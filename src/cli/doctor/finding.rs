//! One thing that was looked at, and how it is.

use serde::Serialize;

use crate::tui::format::clean;

/// How it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub(super) enum Grade {
    /// As it should be.
    Ok,
    /// Worth knowing; nothing stands in the way.
    Note,
    /// In the way.
    Problem,
}

impl Grade {
    pub(super) const fn word(self) -> &'static str {
        match self {
            Self::Ok => "ok",
            Self::Note => "note",
            Self::Problem => "PROBLEM",
        }
    }
}

/// What was found.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(super) struct Finding {
    /// `terminal`, `disk`, `kernel`, `serial`, `ports`, `heard` or `clock`.
    pub(super) about: &'static str,
    pub(super) grade: Grade,
    /// What is so, in a sentence.
    pub(super) text: String,
    /// What to do about it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) hint: Option<String>,
}

impl Finding {
    pub(super) fn ok(about: &'static str, text: impl Into<String>) -> Self {
        Self::new(about, Grade::Ok, text)
    }

    pub(super) fn note(about: &'static str, text: impl Into<String>) -> Self {
        Self::new(about, Grade::Note, text)
    }

    pub(super) fn problem(about: &'static str, text: impl Into<String>) -> Self {
        Self::new(about, Grade::Problem, text)
    }

    /// The same with what to do about it.
    pub(super) fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hint = Some(clean(&hint.into()).into_owned());
        self
    }

    fn new(about: &'static str, grade: Grade, text: impl Into<String>) -> Self {
        let text = clean(&text.into()).into_owned();
        Self {
            about,
            grade,
            text,
            hint: None,
        }
    }
}
