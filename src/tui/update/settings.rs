//! Changes that were asked for by a word in the palette.

use super::{
    answer::{Answer, DONE},
    arrange::{arrange, order_to, say},
    groups, mapping, moving, outcome,
};
use crate::tui::{
    filter::Filter,
    message::Effect,
    palette::settings::Setting,
    ui::{Overlay, Ui},
};

/// Makes the change; what a key does as well is handed back as its action.
pub(super) fn apply(ui: &mut Ui, setting: Setting, now_ms: i64) -> Answer {
    match setting {
        Setting::Act(action) => return Answer::Act(action),
        Setting::Abort => outcome::ask_abort(ui, now_ms),
        Setting::Reload => return Answer::Taken(Some(Effect::Reload)),
        Setting::Theme(theme) => {
            ui.theme = theme;
            say(ui, format!("theme {}", theme.word()), now_ms);
        }
        Setting::Units(units) => {
            ui.units = units;
            say(ui, format!("units {}", units.word()), now_ms);
        }
        Setting::LocalTime(local) => ui.local_time = local,
        Setting::Sort(column) => order_to(ui, column, now_ms),
        Setting::Filter(words) => {
            ui.filter = Filter::new(&words);
            arrange(ui, now_ms);
            moving::to_first_match(ui);
        }
        Setting::Group(on) if on != ui.grouping.is_on() => groups::toggle(ui, now_ms),
        Setting::Group(_) => {}
        Setting::Map(place) => mapping::put(ui, place),
        Setting::Mark(ids) => {
            say(ui, format!("{} marked", ids.len()), now_ms);
            ui.marked = ids.into_iter().collect();
            ui.anchor = None;
        }
        Setting::Help(search) => ui.overlay = Overlay::Help { search, scroll: 0 },
    }
    DONE
}
