//! Numbers of several vehicles as one types and reads them: `2-5,8`.

/// What was typed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Numbers {
    /// One vehicle.
    One(u16),
    /// Several, from and to, both included.
    Several(Vec<(u16, u16)>),
}

/// Longest text taken, bytes.
pub const LONGEST: usize = 40;

/// Reads `7`, `2-5` or `2-5,8`; `None` for anything else.
#[must_use]
pub fn read(text: &str) -> Option<Numbers> {
    if let Ok(number) = text.parse() {
        return Some(Numbers::One(number));
    }
    let part = |part: &str| {
        let (from, to) = part.split_once('-').unwrap_or((part, part));
        let (from, to) = (from.parse().ok()?, to.parse().ok()?);
        (from <= to).then_some((from, to))
    };
    let parts = text.split(',').filter(|part| !part.is_empty());
    let ranges: Option<Vec<_>> = parts.map(part).collect();
    ranges
        .filter(|ranges| !ranges.is_empty())
        .map(Numbers::Several)
}

/// Numbers in order, with neighbours drawn together: `1-6,9`; at most eight pieces.
#[must_use]
pub fn written(numbers: &[u16]) -> String {
    const MOST: usize = 8;
    let mut ranges: Vec<(u16, u16)> = Vec::new();
    for number in numbers {
        match ranges.last_mut() {
            Some((_, to)) if to.checked_add(1) == Some(*number) => *to = *number,
            _ => ranges.push((*number, *number)),
        }
    }
    let piece = |(from, to): &(u16, u16)| match to - from {
        0 => from.to_string(),
        _ => format!("{from}-{to}"),
    };
    let mut pieces: Vec<_> = ranges.iter().take(MOST).map(piece).collect();
    if ranges.len() > MOST {
        pieces.push("...".to_owned());
    }
    pieces.join(",")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ranges_and_lists_are_read() {
        assert_eq!(read("7"), Some(Numbers::One(7)));
        let several = |ranges: &[(u16, u16)]| Some(Numbers::Several(ranges.to_vec()));
        assert_eq!(read("2-5,8"), several(&[(2, 5), (8, 8)]));
        assert_eq!(read("2,"), several(&[(2, 2)]));
        for nonsense in ["", ",", "5-2", "-3", "99999", "1-2-3"] {
            assert_eq!(read(nonsense), None, "{nonsense}");
        }
    }

    #[test]
    fn neighbours_are_drawn_together() {
        assert_eq!(written(&[1, 2, 3, 5, 8, 9]), "1-3,5,8-9");
        assert_eq!(written(&[]), "");
        let odd: Vec<u16> = (0..40).map(|n| n * 2).collect();
        assert!(written(&odd).ends_with(",..."));
    }
}
