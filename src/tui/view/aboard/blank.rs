//! A list of which nothing is known, or that holds nothing: what that means and how it is read.

use ratatui::{buffer::Buffer, layout::Rect, text::Span};

use super::super::{
    paint::{Spans, foreign, left, line},
    wrap::wrapped,
};
use crate::{
    model::mission::PlanKind,
    tui::{aboard::Tab, keymap::Action, scene::Scene},
};

/// Paints why there is no list, where there is none; says whether it did.
pub(super) fn render(buffer: &mut Buffer, area: Rect, scene: &Scene<'_>) -> bool {
    let lines = lines(scene);
    if lines.is_empty() {
        return false;
    }
    let wide = Rect {
        x: area.x + 2.min(area.width),
        width: area.width.saturating_sub(4),
        ..area
    };
    let lines = wrapped(lines, (wide.width, wide.height));
    let spare = usize::from(area.height).saturating_sub(lines.len()) / 3;
    for (n, spans) in lines.iter().enumerate() {
        let ellipsis = scene.theme.symbols.ellipsis;
        left(buffer, line(wide, n + spare), spans, ellipsis);
    }
    true
}

fn lines<'a>(scene: &Scene<'a>) -> Vec<Spans<'a>> {
    let (ui, theme) = (scene.ui, scene.theme);
    let aboard = &ui.aboard;
    let Some(row) = ui.selected_row() else {
        let text = "No vehicle is selected: choose one in the fleet, or type a dot and its number.";
        return vec![vec![Span::styled(text, theme.accent)]];
    };
    if !aboard.is_empty() || aboard.shown_diff().is_some() {
        return Vec::new();
    }
    let name = foreign(&row.vehicle.name, theme.accent);
    let say = |text: String| Span::styled(text, theme.text);
    let tab = aboard.tab;
    match tab.kind() {
        Some(kind) => {
            let Some(held) = aboard.plan.held() else {
                let what = match kind {
                    PlanKind::Mission => "The mission of ",
                    PlanKind::Fence => "The fence of ",
                    PlanKind::Rally => "The rally points of ",
                };
                return unread(what, name, scene);
            };
            let when = scene.clock(held.t_ms);
            let what = say(format!(" holds no {} (read {when}).", kind.word()));
            vec![vec![name, what], vec![], put_hint(tab, scene)]
        }
        None if aboard.params.own.is_none() && aboard.against.is_none() => {
            unread("The parameters of ", name, scene)
        }
        None if !aboard.search.is_empty() => vec![vec![
            say("No parameter has ".to_owned()),
            foreign(&aboard.search, theme.accent),
            say(" in its name.  Esc shows all.".to_owned()),
        ]],
        None if aboard.params.own.is_none() => unread("The parameters of ", name, scene),
        None => vec![vec![say(
            "Nothing differs.  Esc goes back to all.".to_owned()
        )]],
    }
}

/// Nothing is read just to be shown: the operator says so.
fn unread<'a>(what: &'static str, name: Span<'a>, scene: &Scene<'a>) -> Vec<Spans<'a>> {
    let (theme, tab) = (scene.theme, scene.ui.aboard.tab);
    let (is, it) = if what.ends_with("s of ") {
        (" have", "them")
    } else {
        (" has", "it")
    };
    let key = scene.keymap.keys_of(Action::Get).next();
    let key = key.map_or_else(String::new, |key| format!("{key} or "));
    vec![
        vec![
            Span::styled(what, theme.text),
            name,
            Span::styled(format!("{is} not been read."), theme.text),
        ],
        vec![],
        vec![
            Span::styled(format!("{key}:{} get", tab.verb()), theme.accent),
            Span::styled(
                format!("  reads {it}; nothing is asked of a vehicle only to be shown"),
                theme.dim,
            ),
        ],
        put_hint(tab, scene),
    ]
}

fn put_hint(tab: Tab, scene: &Scene<'_>) -> Spans<'static> {
    let theme = scene.theme;
    let (verb, does) = match tab {
        Tab::Params => (
            ":param load FILE".to_owned(),
            "  writes what differs from a file",
        ),
        _ => (
            format!(":{} put FILE", tab.verb()),
            "  gives it one and reads it back",
        ),
    };
    vec![
        Span::styled(verb, theme.accent),
        Span::styled(does, theme.dim),
    ]
}
