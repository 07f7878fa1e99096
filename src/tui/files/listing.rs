//! What is in a folder, and the parts of a path.

/// What is in a folder, for the palette to complete.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Listing {
    /// Which folder, as it was asked for.
    pub folder: String,
    /// Names, folders with a `/` at their end.
    pub names: Vec<String>,
}

/// The folder and the name of a path as it is typed: `plans/pat` is `plans/` and `pat`.
#[must_use]
pub fn divided(path: &str) -> (&str, &str) {
    let at = path.rfind('/').map_or(0, |at| at + 1);
    path.split_at(at)
}

/// The name without its folder and its ending.
#[must_use]
pub fn stem(path: &str) -> &str {
    let (_, name) = divided(path);
    match name.rfind('.') {
        Some(dot) if dot > 0 => &name[..dot],
        _ => name,
    }
}
