//! Where the readers of a file put what they find wrong; shared by all of them while one file is read.

use std::{
    cell::{Cell, RefCell},
    ops::Range,
};

use toml::Spanned;

use super::report::{Diagnostic, Severity};

/// Where the readers put what they find.
#[derive(Debug)]
pub(super) struct Findings<'s> {
    source: &'s str,
    list: RefCell<Vec<Diagnostic>>,
    errors: Cell<usize>,
}

impl<'s> Findings<'s> {
    pub(super) fn new(source: &'s str) -> Self {
        Self {
            source,
            list: RefCell::default(),
            errors: Cell::new(0),
        }
    }

    pub(super) fn error(&self, span: Range<usize>, message: impl Into<String>, help: &str) {
        self.errors.set(self.errors.get() + 1);
        self.add(Severity::Error, span, message.into(), help);
    }

    pub(super) fn warn(&self, span: Range<usize>, message: impl Into<String>, help: &str) {
        self.add(Severity::Warning, span, message.into(), help);
    }

    fn add(&self, severity: Severity, span: Range<usize>, message: String, help: &str) {
        let help = (!help.is_empty()).then(|| help.to_owned());
        let one = Diagnostic::new(severity, self.source, span, message, help);
        self.list.borrow_mut().push(one);
    }

    /// How many errors there are so far.
    pub(super) fn errors(&self) -> usize {
        self.errors.get()
    }

    /// Line of a byte, from 1.
    pub(super) fn line(&self, at: usize) -> usize {
        let at = self.source.floor_char_boundary(at.min(self.source.len()));
        self.source[..at].matches('\n').count() + 1
    }

    /// Where bytes `inner` of a text lie in the file, when its value is written without escapes; else the whole value.
    pub(super) fn within(&self, text: &Spanned<String>, inner: &Range<usize>) -> Range<usize> {
        let outer = text.span();
        let raw = self.source.get(outer.clone()).unwrap_or_default();
        let bare = raw.get(1..raw.len().saturating_sub(1));
        if bare == Some(text.get_ref().as_str()) {
            let start = outer.start + 1;
            start + inner.start..(start + inner.end).max(start + inner.start)
        } else {
            outer
        }
    }

    pub(super) fn into_list(self) -> Vec<Diagnostic> {
        self.list.into_inner()
    }
}
