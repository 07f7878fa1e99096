//! "Did you mean …?": which known word is nearest to a mistyped one. Pure; used for keys, schemes and options.

/// Longer words are no slips of the finger, and comparing them would be slow.
const LONGEST: usize = 40;

/// The known word that `word` most likely meant, if any is near enough.
#[must_use]
pub fn nearest<'k>(word: &str, known: impl IntoIterator<Item = &'k str>) -> Option<&'k str> {
    let word = plain(word);
    if word.is_empty() || word.len() > LONGEST {
        return None;
    }
    let limit = match word.len() {
        0..=2 => 1,
        3..=6 => 2,
        _ => 3,
    };
    known
        .into_iter()
        .map(|candidate| (distance(&word, &plain(candidate)), candidate))
        .filter(|(steps, candidate)| *steps <= limit && *steps < candidate.chars().count())
        .min_by_key(|(steps, _)| *steps)
        .map(|(_, candidate)| candidate)
}

/// Case and the choice of '-' or '_' are never the point.
fn plain(word: &str) -> Vec<char> {
    word.chars()
        .map(|letter| if letter == '-' { '_' } else { letter })
        .flat_map(char::to_lowercase)
        .collect()
}

/// Edit distance with neighbours swapped as one step (optimal string alignment).
fn distance(a: &[char], b: &[char]) -> usize {
    let mut before = vec![0; b.len() + 1];
    let mut last: Vec<usize> = (0..=b.len()).collect();
    for (i, left) in a.iter().enumerate() {
        let mut row = vec![i + 1];
        for (j, right) in b.iter().enumerate() {
            let replace = last[j] + usize::from(left != right);
            let mut steps = replace.min(last[j + 1] + 1).min(row[j] + 1);
            if i > 0 && j > 0 && a[i - 1] == *right && *left == b[j - 1] {
                steps = steps.min(before[j - 1] + 1);
            }
            row.push(steps);
        }
        before = std::mem::replace(&mut last, row);
    }
    last[b.len()]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn slips_of_the_finger_find_their_word() {
        let known = ["listen", "hosts", "auth", "max_clients"];
        for (slip, word) in [
            ("lisen", "listen"),
            ("host", "hosts"),
            ("atuh", "auth"),
            ("max-clients", "max_clients"),
            ("LISTEN", "listen"),
        ] {
            assert_eq!(nearest(slip, known), Some(word), "{slip}");
        }
    }

    #[test]
    fn a_word_unlike_all_others_gets_no_suggestion() {
        assert_eq!(nearest("weather", ["listen", "hosts", "auth"]), None);
        assert_eq!(nearest("", ["a"]), None);
        assert_eq!(nearest(&"x".repeat(1000), ["listen"]), None);
    }
}
