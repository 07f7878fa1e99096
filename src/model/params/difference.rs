//! Where do two sets of parameters differ, in words?

use std::{collections::BTreeSet, fmt};

use super::{name::ParamName, set::ParamSet, value::ParamValue};

/// One parameter that is not the same on both sides.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Difference {
    /// Which.
    pub name: ParamName,
    /// How.
    pub what: DifferenceKind,
}

/// How a parameter differs.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum DifferenceKind {
    /// Both have it, set differently.
    Changed {
        /// The left value.
        left: ParamValue,
        /// The right value.
        right: ParamValue,
    },
    /// Only the left set has it.
    OnlyLeft(ParamValue),
    /// Only the right set has it.
    OnlyRight(ParamValue),
}

/// Every difference, in the order of the names; values are compared by [`ParamValue::is_same`].
#[must_use]
pub fn differences(left: &ParamSet, right: &ParamSet) -> Vec<Difference> {
    let names: BTreeSet<ParamName> = left
        .iter()
        .chain(right.iter())
        .map(|(name, _)| name)
        .collect();
    let differ = |name: ParamName| {
        let what = match (left.get(name), right.get(name)) {
            (Some(left), Some(right)) if left.is_same(right) => return None,
            (Some(left), Some(right)) => DifferenceKind::Changed { left, right },
            (Some(left), None) => DifferenceKind::OnlyLeft(left),
            (None, right) => DifferenceKind::OnlyRight(right?),
        };
        Some(Difference { name, what })
    };
    names.into_iter().filter_map(differ).collect()
}

impl Difference {
    /// The difference as a sentence, with what the two sides are called.
    #[must_use]
    pub fn words(&self, left_name: &str, right_name: &str) -> String {
        let name = self.name;
        match self.what {
            DifferenceKind::Changed { left, right } => {
                format!("{name} is {left} in {left_name} and {right} in {right_name}")
            }
            DifferenceKind::OnlyLeft(value) => {
                format!("{name} is {value} in {left_name} and missing in {right_name}")
            }
            DifferenceKind::OnlyRight(value) => {
                format!("{name} is {value} in {right_name} and missing in {left_name}")
            }
        }
    }
}

impl fmt::Display for Difference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let name = self.name;
        match self.what {
            DifferenceKind::Changed { left, right } => write!(f, "{name}: {left} → {right}"),
            DifferenceKind::OnlyLeft(value) => write!(f, "{name}: {value} → missing"),
            DifferenceKind::OnlyRight(value) => write!(f, "{name}: missing → {value}"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn set(pairs: &[(&str, ParamValue)]) -> ParamSet {
        let pair = |&(name, value): &(&str, ParamValue)| (ParamName::new(name).unwrap(), value);
        pairs.iter().map(pair).collect()
    }

    #[test]
    fn a_difference_is_told_in_words_and_sameness_is_not() {
        let alpha = set(&[
            ("A", ParamValue::Real32(0.1)),
            ("B", ParamValue::I8(1)),
            ("C", ParamValue::I8(7)),
        ]);
        let file = set(&[
            ("A", ParamValue::Real64(0.1)),
            ("B", ParamValue::Real64(2.0)),
            ("D", ParamValue::Real64(3.5)),
        ]);
        let found = differences(&alpha, &file);
        let words: Vec<_> = found.iter().map(|d| d.words("alpha", "the file")).collect();
        assert_eq!(
            words,
            [
                "B is 1 in alpha and 2 in the file",
                "C is 7 in alpha and missing in the file",
                "D is 3.5 in the file and missing in alpha",
            ]
        );
        assert_eq!(found[0].to_string(), "B: 1 → 2");
        assert_eq!(differences(&alpha, &alpha), []);
    }
}
