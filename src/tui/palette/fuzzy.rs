//! How well a typed word fits a candidate: all of it, its beginning, a part, or its letters in order.

/// Whether and how well `typed` fits `text`; more is better, nothing typed fits everything alike.
#[must_use]
pub fn fit(typed: &str, text: &str) -> Option<u32> {
    let typed = typed.to_lowercase();
    let text = text.to_lowercase();
    if typed.is_empty() {
        return Some(0);
    }
    let spare = u32::try_from(text.chars().count()).unwrap_or(999).min(999);
    let rank = if text == typed {
        6
    } else if text.starts_with(&typed) {
        5
    } else if text
        .split([' ', '_', '-'])
        .any(|part| part.starts_with(&typed))
    {
        4
    } else if text.contains(&typed) {
        3
    } else if is_scattered(&typed, &text) {
        2
    } else {
        return None;
    };
    // Among equals the shorter one has more of it typed.
    Some(rank * 1_000 - spare)
}

/// Whether a description speaks of it: the least of all fits.
#[must_use]
pub fn mention(typed: &str, help: &str) -> Option<u32> {
    let typed = typed.to_lowercase();
    let is_there = help
        .to_lowercase()
        .split(|letter: char| !letter.is_alphanumeric())
        .any(|part| part.starts_with(&typed));
    (typed.chars().count() >= 4 && is_there).then_some(1)
}

/// The letters in order, the first of them first.
fn is_scattered(typed: &str, text: &str) -> bool {
    let mut letters = text.chars();
    text.chars().next() == typed.chars().next()
        && typed
            .chars()
            .all(|wanted| letters.any(|letter| letter == wanted))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_better_fit_comes_first() {
        let order = ["land", "landing", "mark-land", "island", "l-a-n-d", "rtl"];
        let fits: Vec<_> = order.iter().map(|text| fit("land", text)).collect();
        for pair in fits.windows(2) {
            assert!(pair[0] > pair[1], "{fits:?}");
        }
        assert_eq!(fits[5], None);
    }

    #[test]
    fn a_description_counts_least_and_only_for_a_word_begun() {
        assert!(mention("home", "go home") < fit("home", "home-again"));
        assert_eq!(mention("om", "go home"), None);
        assert_eq!(mention("ome", "go home"), None);
    }
}
