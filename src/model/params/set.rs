//! The parameters of one component, by name.

use std::collections::BTreeMap;

use super::{name::ParamName, value::ParamValue};

/// Parameters by name, with how many the vehicle says it has.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct ParamSet {
    values: BTreeMap<ParamName, ParamValue>,
    expected: Option<u16>,
}

impl ParamSet {
    /// An empty set of which nothing is known.
    #[must_use]
    pub const fn new() -> Self {
        Self {
            values: BTreeMap::new(),
            expected: None,
        }
    }

    /// How many the vehicle has, by its own word.
    #[must_use]
    pub const fn expected(&self) -> Option<u16> {
        self.expected
    }

    /// The vehicle says how many it has.
    pub const fn expect(&mut self, count: u16) {
        self.expected = Some(count);
    }

    /// How many are known.
    #[must_use]
    pub fn len(&self) -> usize {
        self.values.len()
    }

    /// Whether none is known.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.values.is_empty()
    }

    /// Whether as many are known as the vehicle has.
    #[must_use]
    pub fn is_complete(&self) -> bool {
        self.expected
            .is_some_and(|count| usize::from(count) == self.len())
    }

    /// The value of a name.
    #[must_use]
    pub fn get(&self, name: ParamName) -> Option<ParamValue> {
        self.values.get(&name).copied()
    }

    /// Sets a value and returns the one before.
    pub fn insert(&mut self, name: ParamName, value: ParamValue) -> Option<ParamValue> {
        self.values.insert(name, value)
    }

    /// Forgets a name.
    pub fn remove(&mut self, name: ParamName) -> Option<ParamValue> {
        self.values.remove(&name)
    }

    /// All in the order of their names.
    pub fn iter(&self) -> impl Iterator<Item = (ParamName, ParamValue)> + '_ {
        self.values.iter().map(|(name, value)| (*name, *value))
    }
}

impl FromIterator<(ParamName, ParamValue)> for ParamSet {
    fn from_iter<I: IntoIterator<Item = (ParamName, ParamValue)>>(pairs: I) -> Self {
        Self {
            values: pairs.into_iter().collect(),
            expected: None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_set_is_complete_when_it_has_as_many_as_the_vehicle_says() {
        let mut set = ParamSet::new();
        let name = ParamName::new("A").unwrap();
        assert_eq!(set.insert(name, ParamValue::I8(1)), None);
        assert!(!set.is_complete());
        set.expect(1);
        assert!(set.is_complete());
        assert_eq!(set.insert(name, ParamValue::I8(2)), Some(ParamValue::I8(1)));
        assert_eq!((set.len(), set.get(name)), (1, Some(ParamValue::I8(2))));
    }
}
