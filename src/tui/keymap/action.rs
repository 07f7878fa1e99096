//! What a key can ask the screen for, and the word `[keys]` has for it.

/// What a key asks the screen to do.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[expect(missing_docs, reason = "the table says what each does")]
pub enum Action {
    Quit,
    Help,
    Palette,
    Results,
    Filter,
    Back,
    NextPane,
    PreviousPane,
    Up,
    Down,
    PageUp,
    PageDown,
    First,
    Last,
    Detail,
    Mark,
    MarkAll,
    MarkRange,
    Unmark,
    Number,
    Sort,
    Reverse,
    Group,
    Fold,
    Unfold,
    Freeze,
    Copy,
    Map,
    ZoomIn,
    ZoomOut,
    FitAll,
    Centre,
    Follow,
    Theme,
    Units,
    Clock,
    ViewFleet,
    ViewMap,
    ViewVehicle,
    ViewAboard,
    NextVehicle,
    PreviousVehicle,
    Get,
    Put,
    Compare,
    Redraw,
    Suspend,
}

impl Action {
    /// Its word in `[keys]`: the name in small letters with hyphens, except that the ends of a list are `top` and `bottom`.
    #[must_use]
    pub fn word(self) -> String {
        match self {
            Self::First => return "top".to_owned(),
            Self::Last => return "bottom".to_owned(),
            _ => {}
        }
        let mut word = String::new();
        for letter in format!("{self:?}").chars() {
            if letter.is_ascii_uppercase() && !word.is_empty() {
                word.push('-');
            }
            word.push(letter.to_ascii_lowercase());
        }
        word
    }
}
