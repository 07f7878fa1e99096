//! The scale bar: a round number of the operator's units that takes about a quarter of the map.

use crate::tui::{format::Units, symbols::Symbols};

/// A bar of some columns that means a round distance.
#[derive(Debug, Clone, PartialEq)]
pub struct ScaleBar {
    /// Columns, ends included.
    pub columns: u16,
    /// What it means, metres.
    pub metres: f64,
    /// The same in words.
    pub label: String,
}

/// The longest bar of a round number with at most `most` columns; `None` where no bar has room for its words.
#[must_use]
pub fn scale_bar(m_per_column: f64, most: u16, units: Units) -> Option<ScaleBar> {
    let longest_m = m_per_column * f64::from(most);
    if !(longest_m.is_finite() && longest_m > 0.0) {
        return None;
    }
    let (unit_m, word) = unit(units, longest_m);
    let longest = longest_m / unit_m;
    let decade = 10f64.powf(longest.log10().floor());
    let round = [5.0, 3.0, 2.0, 1.0]
        .into_iter()
        .map(|step| step * decade)
        .find(|round| *round <= longest * 1.000_001)?;
    let decimals = (-decade.log10()).round().max(0.0) as usize;
    let label = format!("{round:.decimals$} {word}");
    let columns = (round * unit_m / m_per_column).round() as u16;
    (usize::from(columns) >= label.len() + 4).then_some(ScaleBar {
        columns,
        metres: round * unit_m,
        label,
    })
}

/// The unit for distances up to so many metres.
const fn unit(units: Units, longest_m: f64) -> (f64, &'static str) {
    match units {
        Units::Metric if longest_m < 1_000.0 => (1.0, "m"),
        Units::Metric => (1_000.0, "km"),
        Units::Imperial if longest_m < 1_609.344 => (0.304_8, "ft"),
        Units::Imperial => (1_609.344, "mi"),
        Units::Aviation if longest_m < 926.0 => (0.304_8, "ft"),
        Units::Aviation => (1_852.0, "NM"),
    }
}

impl ScaleBar {
    /// `├──── 200 m ────┤`
    #[must_use]
    pub fn text(&self, symbols: &Symbols) -> String {
        let inner = usize::from(self.columns).saturating_sub(self.label.len() + 4);
        let (left, right) = (inner / 2, inner - inner / 2);
        format!(
            "{}{} {} {}{}",
            symbols.rule_left,
            symbols.rule.repeat(left),
            self.label,
            symbols.rule.repeat(right),
            symbols.rule_right
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tui::format::width;

    #[test]
    fn the_bar_is_as_long_as_it_says() {
        for exponent in -30..60 {
            let m_per_column = 1.25f64.powi(exponent);
            for units in [Units::Metric, Units::Imperial, Units::Aviation] {
                let bar = scale_bar(m_per_column, 24, units);
                let bar = bar.unwrap_or_else(|| panic!("{m_per_column} {units:?}"));
                let meant = bar.metres / m_per_column;
                assert!((meant - f64::from(bar.columns)).abs() <= 0.5, "{bar:?}");
                assert_eq!(
                    width(&bar.text(&Symbols::UNICODE)),
                    usize::from(bar.columns)
                );
            }
        }
    }

    #[test]
    fn numbers_are_round_in_the_units_of_the_operator() {
        let label = |m_per_column, units| scale_bar(m_per_column, 20, units).unwrap().label;
        assert_eq!(label(13.0, Units::Metric), "200 m");
        assert_eq!(label(130.0, Units::Metric), "2 km");
        assert_eq!(label(13.0, Units::Imperial), "500 ft");
        assert_eq!(label(60.0, Units::Aviation), "0.5 NM");
        assert_eq!(label(1.1, Units::Metric), "20 m");
        assert_eq!(scale_bar(13.0, 8, Units::Metric), None);
        assert_eq!(scale_bar(f64::NAN, 20, Units::Metric), None);
    }

    #[test]
    fn it_is_drawn_in_ascii_too() {
        let bar = scale_bar(20.0, 14, Units::Metric).unwrap();
        assert_eq!(bar.text(&Symbols::UNICODE), "├ 200 m ─┤");
        assert!(bar.text(&Symbols::ASCII).is_ascii());
    }
}
