//! What this build does not do yet with settings it already reads: the one table. A build that learns one of them
//! deletes its line.

use std::ops::Range;

use super::findings::Findings;

/// What happens when a setting is used that this build does nothing with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Answer {
    /// Security: starting without it would promise protection that is not there.
    Refuse,
    /// Everything else: said aloud, then skipped.
    Warn,
}

/// Settings that are read and checked, but not acted on.
const NOT_YET: &[(&str, Answer)] = &[
    ("server.auth", Answer::Refuse),
    ("server.tls", Answer::Refuse),
    ("link.token_file", Answer::Refuse),
    ("log.keep_days", Answer::Warn),
    ("log.keep_gib", Answer::Warn),
    ("map.base", Answer::Warn),
    ("map.overlays", Answer::Warn),
    ("ui.views", Answer::Warn),
    ("ui.columns", Answer::Warn),
    ("fence", Answer::Warn),
    ("alert", Answer::Warn),
];

/// Says so when this build does not act on `setting`, which is used at `span`.
pub(super) fn used(setting: &str, span: Range<usize>, findings: &Findings<'_>) {
    let line = NOT_YET.iter().find(|(name, _)| *name == setting);
    match line.map(|(_, answer)| *answer) {
        None => {}
        Some(Answer::Refuse) => findings.error(
            span,
            format!("`{setting}` is not enforced by this build; remove it to start"),
            "a security setting is never skipped silently",
        ),
        Some(Answer::Warn) => findings.warn(
            span,
            match setting {
                "alert" => "alerts are not evaluated by this build yet".to_owned(),
                "fence" => "fences are not watched by this build yet".to_owned(),
                _ => format!("`{setting}` has no effect in this build yet"),
            },
            "",
        ),
    }
}
