//! `[[alert]]`: rules over the vehicle object. Their expressions are compiled here for their mistakes, and kept as text.

use std::time::Duration;

use toml::Spanned;

use super::reader::Section;
use crate::rules::rule::Rule;

/// A rule.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AlertConfig {
    /// How it is called in the vehicle object.
    pub name: String,
    /// Raises it, as CEL over the vehicle object.
    pub when: String,
    /// How long `when` must hold.
    pub hold: Duration,
    /// Clears it; without one it clears when `when` no longer holds.
    pub clear: Option<String>,
    /// How bad it is.
    pub severity: AlertSeverity,
}

/// How bad an alert is.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord)]
pub enum AlertSeverity {
    /// Good to know.
    Info,
    /// Look at it.
    #[default]
    Warning,
    /// Act now.
    Critical,
}

/// The rule, and where its name stands.
pub(super) fn read(mut section: Section<'_>) -> Option<(AlertConfig, std::ops::Range<usize>)> {
    let name = section.text("name");
    let when = section.text("when");
    let hold = section.duration("hold");
    let clear = section.text("clear");
    for expression in [&when, &clear].into_iter().flatten() {
        check(&section, expression);
    }
    let clear = clear.map(Spanned::into_inner);
    let severities = [
        ("info", AlertSeverity::Info),
        ("warning", AlertSeverity::Warning),
        ("critical", AlertSeverity::Critical),
    ];
    let severity = section.choice("severity", &severities);
    let name = section.require("name", name, "name = \"battery low\"");
    let help = "when = \"battery.remaining_percent < 25 && armed\"";
    let when = section.require("when", when, help);
    section.done();
    let name = name?;
    let span = name.span();
    let alert = AlertConfig {
        name: name.into_inner(),
        when: when?.into_inner(),
        hold: hold.map_or(Duration::ZERO, Spanned::into_inner),
        clear,
        severity: severity.map_or_else(AlertSeverity::default, Spanned::into_inner),
    };
    Some((alert, span))
}

/// Reports every mistake of an expression at its own place.
fn check(section: &Section<'_>, expression: &Spanned<String>) {
    let findings = section.findings();
    let Err(error) = Rule::compile(expression.get_ref()) else {
        return;
    };
    for mistake in error.mistakes {
        let at = findings.within(expression, &mistake.at);
        findings.error(at, mistake.message, "");
    }
}
