//! The parameters of one vehicle, one a line, with what has changed and how others are set.

use ratatui::{buffer::Buffer, layout::Rect, style::Style, text::Span};

use super::{
    super::paint::{left, line, right},
    rows::{readable, rows, select},
};
use crate::{
    model::params::{name::ParamName, value::ParamValue},
    tui::{aboard::param_list::ParamList, format::UNKNOWN, layout::Panes, scene::Scene},
};

const NAME: u16 = 17;
const VALUE: u16 = 14;
const KIND: u16 = 7;
/// Least cells of a column of another vehicle.
const OTHER: u16 = 14;

/// Where the columns begin.
struct Columns {
    /// Those of others that have room.
    others: usize,
    width: u16,
    /// Whether there is room for the type and what it was.
    has_kind: bool,
    has_was: bool,
}

impl Columns {
    fn new(width: u16, list: &ParamList) -> Self {
        let own = 2 + NAME + VALUE + 1;
        let wanted = u16::try_from(list.columns.len()).unwrap_or(u16::MAX);
        let room = width.saturating_sub(own);
        let others = wanted.min(room / (OTHER + 1));
        let rest = room.saturating_sub(others * (OTHER + 1));
        let has_kind = rest > KIND;
        let has_was = rest > KIND + VALUE + 2;
        Self {
            others: usize::from(others),
            width: OTHER,
            has_kind,
            has_was,
        }
    }
}

/// Paints heading and visible rows.
pub(super) fn render(buffer: &mut Buffer, panes: &Panes, scene: &Scene<'_>) {
    let list = &scene.ui.aboard.params;
    let columns = Columns::new(panes.fleet.width, list);
    let mut painter = Painter {
        buffer,
        area: line(panes.fleet, 1),
        x: 0,
        scene,
    };
    painter.heading(list, &columns);
    for (place, area, is_selected) in rows(panes, scene) {
        if is_selected {
            select(painter.buffer, area, scene);
        }
        if let Some(name) = list.names.get(place) {
            (painter.area, painter.x) = (area, 0);
            painter.row(list, *name, &columns);
        }
        if is_selected {
            readable(painter.buffer, area, scene);
        }
    }
}

struct Painter<'a> {
    buffer: &'a mut Buffer,
    area: Rect,
    x: u16,
    scene: &'a Scene<'a>,
}

impl Painter<'_> {
    fn cell(&mut self, width: u16, is_right: bool, (text, style): (&str, Style)) {
        let x = self.x.min(self.area.width);
        let area = Rect {
            x: self.area.x + x,
            width: width.min(self.area.width - x),
            ..self.area
        };
        let paint = if is_right { right } else { left };
        let ellipsis = self.scene.theme.symbols.ellipsis;
        paint(self.buffer, area, &[Span::styled(text, style)], ellipsis);
        self.x += width + u16::from(is_right);
    }

    fn heading(&mut self, list: &ParamList, columns: &Columns) {
        let head = self.scene.theme.head;
        self.cell(2, false, ("", head));
        self.cell(NAME, false, ("NAME", head));
        self.cell(VALUE, true, ("VALUE", head));
        for column in list.columns.iter().take(columns.others) {
            self.cell(columns.width, true, (&column.title, head));
        }
        if columns.has_kind {
            self.cell(KIND, false, ("TYPE", head));
        }
        if columns.has_was {
            self.cell(VALUE, true, ("FIRST READ", head));
        }
    }

    fn row(&mut self, list: &ParamList, name: ParamName, columns: &Columns) {
        let theme = self.scene.theme;
        let (value, was) = (list.value(name), list.was(name));
        self.own(list, name, (value, was));
        self.others(list, name, (value, columns));
        if columns.has_kind {
            let kind = value.map_or_else(String::new, |value| value.kind().to_string());
            self.cell(KIND, false, (&kind, theme.dim));
        }
        if columns.has_was {
            let was = was.map_or_else(String::new, |was| was.to_string());
            self.cell(VALUE, true, (&was, theme.dim));
        }
    }

    /// Sign, name and value: what failed, what has changed, what is only remembered.
    fn own(
        &mut self,
        list: &ParamList,
        name: ParamName,
        (value, was): (Option<ParamValue>, Option<ParamValue>),
    ) {
        let theme = self.scene.theme;
        let is_in_doubt = list.own.as_ref().is_some_and(|own| own.doubt.is_some());
        let has_failed = list.failed.contains_key(&name);
        let (sign, style) = match was {
            _ if has_failed => (theme.symbols.warning, theme.warning),
            Some(_) => ("*", theme.accent),
            None if is_in_doubt => ("", theme.dim),
            None => ("", theme.text),
        };
        let value_style = match value {
            None => theme.faint,
            Some(_) if is_in_doubt => theme.dim,
            Some(_) => style,
        };
        self.cell(2, false, (sign, style));
        self.cell(NAME, false, (name.as_str(), style));
        self.cell(VALUE, true, (&text(value), value_style));
    }

    /// How others are set; what is the same is dim.
    fn others(
        &mut self,
        list: &ParamList,
        name: ParamName,
        (value, columns): (Option<ParamValue>, &Columns),
    ) {
        let theme = self.scene.theme;
        for column in list.columns.iter().take(columns.others) {
            let other = column.values.as_ref().map(|values| values.get(name));
            let (text, style) = match (other, value) {
                (None, _) => ("not read".to_owned(), theme.faint),
                (Some(None), _) => (UNKNOWN.to_owned(), theme.faint),
                (Some(Some(other)), Some(own)) if own.is_same(other) => {
                    (other.to_string(), theme.dim)
                }
                (Some(Some(other)), _) => (other.to_string(), theme.warning),
            };
            self.cell(columns.width, true, (&text, style));
        }
    }
}

fn text(value: Option<ParamValue>) -> String {
    value.map_or_else(|| UNKNOWN.to_owned(), |value| value.to_string())
}
