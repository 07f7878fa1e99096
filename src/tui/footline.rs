//! The keys of the last line as plain data: which make sense now, which cannot be done, where each stands.
//!
//! Used by the view that paints them and by `hit`, which finds the one under the mouse.

use super::{
    aboard::Tab,
    format::{cut, width},
    keymap::{Action, BINDINGS, Binding, Section, lookup::Keymap},
    map::{MapPlace, Tracking},
    palette::reach::Reach,
    ui::{Overlay, Pane, Ui, View},
};

/// A key with its word.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cell {
    /// First cell of the line it takes.
    pub x: usize,
    /// The key.
    pub key: String,
    /// What it does, in a word.
    pub word: String,
    /// What it does.
    pub action: Action,
    /// Whether that can be done now.
    pub is_possible: bool,
}

impl Cell {
    /// Cells it takes, with the blanks around.
    #[must_use]
    pub fn width(&self) -> usize {
        width(&self.key) + width(&self.word) + 3
    }

    fn new(key: String, word: impl Into<String>, action: Action) -> Self {
        Self {
            x: 0,
            key,
            word: word.into(),
            action,
            is_possible: true,
        }
    }
}

/// What stands at the right of a line of `line` cells; `mark` is the sign of a mark, one cell wide, and the
/// other that of a cut. It leaves room for the way back and the help.
#[must_use]
pub fn note(
    ui: &Ui,
    keymap: &Keymap,
    (mark, ellipsis): (&str, &str),
    line: usize,
) -> Option<String> {
    let of_need = |cell: &Cell| matches!(cell.action, Action::Back | Action::Help);
    match &ui.toast {
        Some(toast) => {
            let wanted = wanted(ui, keymap);
            let needed: usize = wanted
                .iter()
                .take_while(|cell| of_need(cell))
                .map(Cell::width)
                .sum();
            let room = line.saturating_sub(needed + MORE + 2).max(line / 2);
            let text = super::format::clean(&toast.text);
            Some(format!(" {} ", cut(&text, room, ellipsis)))
        }
        None if ui.marked.is_empty() => None,
        None if ui.reach == Reach::Vehicles => {
            Some(format!(" {mark} {} marked → : ", ui.marked.len()))
        }
        None => Some(format!(" {mark} {} marked ", ui.marked.len())),
    }
}

/// Cells of the count of keys without room.
const MORE: usize = 9;

/// The keys that fit into a line of `line` cells beside the note. What does not fit is counted in a last cell.
#[must_use]
pub fn cells(ui: &Ui, keymap: &Keymap, line: usize) -> Vec<Cell> {
    let taken = note(ui, keymap, ("x", "~"), line).map_or(0, |note| width(&note));
    let room = line.saturating_sub(taken);
    let wanted = wanted(ui, keymap);
    let all: usize = wanted.iter().map(Cell::width).sum();
    let least = if all <= room { 0 } else { MORE };
    let mut cells: Vec<Cell> = Vec::new();
    let mut x = 0;
    let count = wanted.len();
    for cell in wanted {
        if x + cell.width() + least > room {
            let key = format!("+{}", count - cells.len());
            let more = Cell::new(key, "more", Action::Help);
            if x + more.width() <= room {
                cells.push(Cell { x, ..more });
            }
            break;
        }
        let next = x + cell.width();
        cells.push(Cell { x, ..cell });
        x = next;
    }
    cells
}

/// Every key that has a word now, the most useful first.
fn wanted(ui: &Ui, keymap: &Keymap) -> Vec<Cell> {
    if !ui.pending.is_empty() {
        let rest = keymap.continued(&ui.pending);
        return rest
            .map(|(keys, action)| Cell::new(keys, action.word(), action))
            .collect();
    }
    let back = back_word(ui).map(|word| (Action::Back, word));
    if matches!(
        ui.overlay,
        Overlay::Help { .. } | Overlay::Confirm { .. } | Overlay::Order(_)
    ) {
        return back
            .into_iter()
            .map(|(action, word)| {
                let own = keymap.keys_of(action).next();
                let own = own.filter(|_| matches!(ui.overlay, Overlay::Help { .. }));
                Cell::new(own.unwrap_or_else(|| "Esc".to_owned()), word, action)
            })
            .collect();
    }
    let lines = bindings(ui)
        .into_iter()
        .map(|binding| (binding.action, word(binding, ui)));
    back.into_iter()
        .chain(lines)
        .filter_map(|(action, word)| {
            let key = keymap.keys_of(action).next()?;
            Some(Cell {
                is_possible: is_possible(action, ui),
                ..Cell::new(key, word, action)
            })
        })
        .collect()
}

/// The lines of the table that are worth a place now, in the order in which they stand.
fn bindings(ui: &Ui) -> Vec<&'static Binding> {
    let of_map =
        |binding: &&Binding| binding.section == Section::Map && binding.action != Action::Map;
    let is_aboard = is_list(ui);
    // The keys of the map stand there while the map has the keys, and then first.
    let with_map = ui.pane == Pane::Map;
    let help = BINDINGS.iter().take(1);
    let mut bindings: Vec<&Binding> = help
        .chain(BINDINGS.iter().filter(of_map).filter(|_| with_map))
        .chain(BINDINGS.iter().skip(1).filter(|binding| !of_map(binding)))
        .filter(|binding| !binding.word.is_empty())
        .filter(|binding| belongs(binding, is_aboard))
        // Enter is of the table: in the map it centres, which has a key there, and events have no cursor.
        .filter(|binding| binding.action != Action::Detail || ui.pane == Pane::Fleet)
        .collect();
    if is_aboard && !with_map {
        bindings.sort_by_key(|binding| rank_aboard(binding));
    }
    bindings
}

/// What one does there most stands first.
const fn rank_aboard(binding: &Binding) -> u8 {
    match (binding.action, binding.section) {
        (Action::Help, _) => 0,
        (Action::NextPane, _) => 1,
        (_, Section::Aboard) => 2,
        _ => 3,
    }
}

/// Whether a key has a meaning in the view that is shown, and is worth a place on the line there.
fn belongs(binding: &Binding, is_aboard: bool) -> bool {
    match (binding.action, binding.section) {
        (Action::Help | Action::Palette | Action::Filter | Action::NextPane, _) => true,
        (_, Section::Aboard) => is_aboard,
        (Action::Map | Action::Detail | Action::Quit, _) | (_, Section::Map) => true,
        _ => !is_aboard,
    }
}

/// Whether what a vehicle holds has the keys: in full, the map stands instead of it.
const fn is_list(ui: &Ui) -> bool {
    matches!(ui.view, View::Aboard) && !matches!(ui.map.place, MapPlace::Full)
}

/// Esc stands first while there is something to go back from.
fn back_word(ui: &Ui) -> Option<&'static str> {
    Some(match &ui.overlay {
        Overlay::Help { .. } | Overlay::Results { .. } => "close",
        Overlay::Confirm { .. } => "stay",
        Overlay::Order(_) => "abort",
        _ if is_list(ui) => back_from_aboard(ui),
        _ if ui.filter.is_on() => "show all",
        _ if ui.frozen_ms.is_some() => "go on",
        _ if ui.map.cursor.is_some() => "no cursor",
        _ if ui.map.place == MapPlace::Full || ui.pane != Pane::Fleet => "fleet",
        _ => return None,
    })
}

fn back_from_aboard(ui: &Ui) -> &'static str {
    let aboard = &ui.aboard;
    let is_params = aboard.tab == Tab::Params;
    match () {
        () if ui.pane == Pane::Map => "list",
        () if aboard.shown_diff().is_some() => "items",
        () if is_params && aboard.against.is_some() => "all",
        () if is_params && !aboard.search.is_empty() => "all",
        () if ui.frozen_ms.is_some() => "go on",
        () if ui.map.cursor.is_some() => "no cursor",
        () => "fleet",
    }
}

const fn word(binding: &Binding, ui: &Ui) -> &'static str {
    let is_aboard = is_list(ui);
    match binding.action {
        Action::NextPane if is_aboard => "list",
        Action::Filter if is_aboard => "search",
        Action::Detail if is_aboard && matches!(ui.aboard.tab, Tab::Params) => "set",
        Action::Detail if is_aboard => "fly next",
        Action::Freeze if ui.frozen_ms.is_some() => "thaw",
        Action::Detail if ui.is_detail_tall => "less",
        Action::Group if ui.grouping.is_on() => "ungroup",
        Action::Follow if matches!(ui.map.tracking, Tracking::Follow) => "let go",
        _ => binding.word,
    }
}

fn is_possible(action: Action, ui: &Ui) -> bool {
    let has_rows = !ui.digest.is_empty();
    let is_aboard = is_list(ui);
    match action {
        Action::Filter if is_aboard => ui.aboard.tab == Tab::Params && !ui.aboard.is_empty(),
        Action::Detail if is_aboard && ui.aboard.tab == Tab::Params => !ui.aboard.is_empty(),
        Action::Detail if is_aboard => {
            ui.aboard.tab == Tab::Mission && ui.aboard.item_number().is_some()
        }
        Action::Mark => has_rows && ui.pane == Pane::Fleet,
        Action::Sort | Action::Number => has_rows,
        Action::Centre | Action::Follow | Action::Detail | Action::Copy => {
            ui.selected_row().is_some()
        }
        Action::Unmark => !ui.marked.is_empty(),
        Action::Group => ui.digest.has_groups(),
        _ => true,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tui::ui::Toast;

    fn words(ui: &Ui, line: usize) -> String {
        let cells = cells(ui, &Keymap::default(), line);
        let mut x = 0;
        let mut words = Vec::new();
        for cell in cells {
            assert_eq!(cell.x, x, "no gaps, none over another");
            x += cell.width();
            assert!(x <= line, "{} of {line}", cell.key);
            words.push(format!("{} {}", cell.key, cell.word));
        }
        words.join(", ")
    }

    #[test]
    fn the_help_is_first_and_what_has_no_room_is_counted() {
        let ui = Ui::default();
        for line in 0..200 {
            let words = words(&ui, line);
            assert!(line < 17 || words.starts_with("? help"), "{line}: {words}");
        }
        assert!(words(&ui, 80).ends_with(" more"));
        assert!(!words(&ui, 200).contains("more"));
    }

    #[test]
    fn an_answer_takes_its_room_from_the_keys() {
        let mut ui = Ui::default();
        let before = cells(&ui, &Keymap::default(), 80).len();
        ui.toast = Some(Toast {
            text: "there is no vehicle 9; there are 1-6".to_owned(),
            until_ms: 1,
        });
        assert!(cells(&ui, &Keymap::default(), 80).len() < before);
    }

    #[test]
    fn a_long_answer_leaves_the_way_back_and_the_help_on_the_line() {
        let mut ui = Ui {
            pane: Pane::Events,
            ..Ui::default()
        };
        ui.toast = Some(Toast {
            text: "a word too many ".repeat(12),
            until_ms: 1,
        });
        assert!(words(&ui, 80).starts_with("Esc fleet, ? help"));
        let note = note(&ui, &Keymap::default(), ("x", "~"), 80).unwrap();
        let keys = cells(&ui, &Keymap::default(), 80);
        let end = keys.last().map_or(0, |cell| cell.x + cell.width());
        assert!(end + width(&note) <= 80 && note.ends_with("~ "), "{note}");
    }

    #[test]
    fn over_the_lists_of_a_vehicle_the_map_in_full_has_its_own_words() {
        let mut ui = Ui {
            view: View::Aboard,
            ..Ui::default()
        };
        assert!(words(&ui, 300).contains("/ search"));
        ui.map.place = MapPlace::Full;
        let full = words(&ui, 300);
        assert!(
            full.contains("/ filter") && !full.contains("fly next"),
            "{full}"
        );
    }

    #[test]
    fn what_cannot_be_done_is_said_so() {
        let all = cells(&Ui::default(), &Keymap::default(), 300);
        let possible = |action| {
            all.iter()
                .any(|cell| cell.action == action && cell.is_possible)
        };
        assert!(possible(Action::Help) && possible(Action::Filter));
        assert!(!possible(Action::Mark) && !possible(Action::Group) && !possible(Action::Copy));
    }

    #[test]
    fn a_begun_sequence_shows_how_it_goes_on() {
        let keymap = Keymap::with(&[("g g", "top"), ("g e", "bottom")]).unwrap();
        let pending = vec![crate::tui::keymap::key::Key::from_name("g").unwrap()];
        let ui = Ui {
            pending,
            ..Ui::default()
        };
        let keys: Vec<_> = cells(&ui, &keymap, 80)
            .into_iter()
            .map(|cell| cell.key)
            .collect();
        assert_eq!(keys, ["g", "e"]);
    }
}
