//! `y`: the selected vehicle's position, or the topmost event, as text for the terminal's clipboard.

use crate::tui::{
    format::{age, clean},
    message::Effect,
    ui::{Pane, Ui},
};

use super::arrange::say;

/// Hands the text over; says what was tried, since no terminal answers whether it took it.
pub(super) fn copy(ui: &mut Ui, now_ms: i64) -> Option<Effect> {
    let copied = if ui.pane == Pane::Events {
        event(ui)
    } else {
        position(ui, now_ms)
    };
    let told = match &copied {
        Some((_, told)) => format!("to the clipboard: {told}"),
        None => "nothing to copy: no position was heard".to_owned(),
    };
    say(ui, told, now_ms);
    copied.map(|(text, _)| Effect::Copy(text))
}

/// `lat, lon` as maps take it. Of a lost vehicle it is the last one heard, and its age is told.
fn position(ui: &Ui, now_ms: i64) -> Option<(String, String)> {
    let vehicle = &ui.selected_row()?.vehicle;
    let position = vehicle.position?;
    let text = format!("{:.7}, {:.7}", position.lat_deg?, position.lon_deg?);
    let heard = position
        .t_ms
        .map(|t_ms| format!(", {} old", age(now_ms.saturating_sub(t_ms))));
    let name = clean(&vehicle.name);
    let told = format!("{name} {text}{}", heard.unwrap_or_default());
    Some((text, told))
}

fn event(ui: &Ui) -> Option<(String, String)> {
    let until = ui.events_until.unwrap_or(u64::MAX);
    let event = ui
        .shown
        .events
        .after(0)
        .rev()
        .skip_while(|event| event.id > until)
        .nth(ui.events_back)?;
    let who = event.vehicle.as_ref().map_or("station", |id| id.as_str());
    let text = clean(&format!("{who}: {}", event.text)).into_owned();
    Some((text.clone(), text))
}
