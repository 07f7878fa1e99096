//! Which places of the vehicle's list have been heard, and under which name? Indices are only good for as
//! long as the count stays: `*_ENABLE` moves everything behind it.

use crate::model::params::name::ParamName;

/// The list as far as it is known.
#[derive(Debug, Clone, Default)]
pub(super) struct Index {
    names: Vec<Option<ParamName>>,
    known: usize,
    changes: u16,
}

/// What a place told.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Place {
    /// Not known before.
    New,
    /// Known, with this name.
    Again,
    /// No place of the list.
    Outside,
}

impl Index {
    pub(super) const fn new() -> Self {
        Self {
            names: Vec::new(),
            known: 0,
            changes: 0,
        }
    }

    /// A parameter of a list of `count`, at `index`.
    pub(super) fn hear(&mut self, name: ParamName, index: u16, count: u16) -> Place {
        if count == 0 || index >= count {
            return Place::Outside;
        }
        let index = usize::from(index);
        let is_other_list = self.names.len() != usize::from(count)
            || self.names[index].is_some_and(|known| known != name);
        if is_other_list {
            self.changes += u16::from(!self.names.is_empty());
            self.names = vec![None; usize::from(count)];
            self.known = 0;
        }
        if self.names[index].replace(name).is_some() {
            return Place::Again;
        }
        self.known += 1;
        Place::New
    }

    /// Places that have not been heard.
    pub(super) fn missing(&self) -> impl Iterator<Item = u16> + '_ {
        let places = self
            .names
            .iter()
            .enumerate()
            .filter(|(_, name)| name.is_none());
        places.map(|(index, _)| index as u16)
    }

    pub(super) fn names(&self) -> impl Iterator<Item = ParamName> + '_ {
        self.names.iter().flatten().copied()
    }

    pub(super) fn is_known(&self, index: u16) -> bool {
        self.names
            .get(usize::from(index))
            .is_some_and(Option::is_some)
    }

    pub(super) const fn known(&self) -> usize {
        self.known
    }

    /// 0 before anything was heard.
    pub(super) fn count(&self) -> u16 {
        self.names.len() as u16
    }

    pub(super) fn is_whole(&self) -> bool {
        self.known == self.names.len() && self.known > 0
    }

    /// How often the list turned out to be another one.
    pub(super) const fn changes(&self) -> u16 {
        self.changes
    }

    /// Everything is forgotten but that it has changed.
    pub(super) fn forget(&mut self) {
        self.names.fill(None);
        self.known = 0;
    }
}
