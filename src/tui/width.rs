//! How wide the terminal is, for those who print without a screen.

/// Columns of the terminal this process has; `None` without one.
#[must_use]
pub fn columns() -> Option<usize> {
    let (columns, _) = crossterm::terminal::size().ok()?;
    (columns > 0).then_some(usize::from(columns))
}
