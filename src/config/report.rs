//! What is wrong with a fleet.toml: diagnostics with their places, and their rendering with the line and a caret.
//!
//! Nothing here knows what a key means. Called by every reader of this folder, by `volery check` and at start.

use std::{ops::Range, sync::Arc};

use annotate_snippets::{AnnotationKind, Group, Level, Renderer, Snippet, normalize_untrusted_str};
use serde::Serialize;

/// How bad it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Severity {
    /// Nothing starts with it.
    Error,
    /// It starts, but not quite as written.
    Warning,
}

/// One mistake, and where it is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Diagnostic {
    /// How bad it is.
    pub severity: Severity,
    /// Byte range of the text.
    pub span: Range<usize>,
    /// Line, from 1.
    pub line: usize,
    /// Column in characters, from 1.
    pub column: usize,
    /// What is wrong.
    pub message: String,
    /// What to do about it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub help: Option<String>,
}

/// Everything said about one file, in the order of the file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Report {
    file_name: String,
    source: Arc<str>,
    diagnostics: Vec<Diagnostic>,
}

impl Diagnostic {
    /// A diagnostic about `span` of `source`; the span is cut to whole characters of the text.
    pub(super) fn new(
        severity: Severity,
        source: &str,
        span: Range<usize>,
        message: String,
        help: Option<String>,
    ) -> Self {
        let start = source.floor_char_boundary(span.start.min(source.len()));
        let end = source.ceil_char_boundary(span.end.clamp(start, source.len()));
        let before = &source[..start];
        let line_start = before.rfind('\n').map_or(0, |at| at + 1);
        Self {
            severity,
            span: start..end,
            line: before.matches('\n').count() + 1,
            column: before[line_start..].chars().count() + 1,
            message,
            help,
        }
    }
}

impl Report {
    /// A report in the order of the file; what is said twice about one place is said once.
    pub(super) fn new(file_name: &str, source: &str, mut diagnostics: Vec<Diagnostic>) -> Self {
        diagnostics.sort_by_key(|one| (one.span.start, one.severity, one.span.end));
        diagnostics.dedup();
        Self {
            file_name: file_name.to_owned(),
            source: source.into(),
            diagnostics,
        }
    }

    /// The same report with mistakes that a layer above found: their places, what is wrong, what to do.
    #[must_use]
    pub fn with_errors(&self, found: Vec<(Range<usize>, String, Option<String>)>) -> Self {
        self.with(Severity::Error, found)
    }

    /// The same with warnings.
    #[must_use]
    pub fn with_warnings(&self, found: Vec<(Range<usize>, String, Option<String>)>) -> Self {
        self.with(Severity::Warning, found)
    }

    fn with(&self, severity: Severity, found: Vec<(Range<usize>, String, Option<String>)>) -> Self {
        let mut diagnostics = self.diagnostics.clone();
        diagnostics.extend(found.into_iter().map(|(span, message, help)| {
            Diagnostic::new(severity, &self.source, span, message, help)
        }));
        Self::new(&self.file_name, &self.source, diagnostics)
    }

    /// Everything said.
    #[must_use]
    pub fn diagnostics(&self) -> &[Diagnostic] {
        &self.diagnostics
    }

    /// The name of the file, as it is shown.
    #[must_use]
    pub fn file_name(&self) -> &str {
        &self.file_name
    }

    /// Nothing to say.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.diagnostics.is_empty()
    }

    /// How many mistakes forbid a start.
    #[must_use]
    pub fn error_count(&self) -> usize {
        let is_error = |one: &&Diagnostic| one.severity == Severity::Error;
        self.diagnostics.iter().filter(is_error).count()
    }

    /// How many warnings there are.
    #[must_use]
    pub fn warning_count(&self) -> usize {
        self.diagnostics.len() - self.error_count()
    }

    /// One block per diagnostic: message, file, line, caret, help. Plain text has no escape sequence.
    #[must_use]
    pub fn render(&self, styled: bool) -> String {
        let renderer = if styled {
            Renderer::styled()
        } else {
            Renderer::plain()
        };
        let blocks: Vec<String> = self
            .diagnostics
            .iter()
            .map(|one| renderer.render(&[self.block(one)]))
            .collect();
        blocks.join("\n\n")
    }

    fn block<'r>(&'r self, one: &'r Diagnostic) -> Group<'r> {
        let level = match one.severity {
            Severity::Error => Level::ERROR,
            Severity::Warning => Level::WARNING,
        };
        let snippet = Snippet::source(&*self.source)
            .path(normalize_untrusted_str(&self.file_name))
            .annotation(AnnotationKind::Primary.span(one.span.clone()));
        let group = level.primary_title(&one.message).element(snippet);
        match &one.help {
            Some(help) => group.element(Level::HELP.message(normalize_untrusted_str(help))),
            None => group,
        }
    }
}
