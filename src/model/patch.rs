//! Objects that can say how they differ: the RFC 7396 merge patch from one value to another.
//!
//! A patch is always made from two whole values, never from two patches. `object!` declares a JSON
//! object once; from that come its full form (absent fields left out) and its patch (changed fields,
//! `null` for what vanished). Works for any serde format, since map keys are always strings.

use std::{collections::BTreeMap, fmt::Display, sync::Arc};

use serde::{Serialize, Serializer, ser::SerializeMap};

/// A value inside an object: it may be absent, and it can be written as the change from an older one.
pub trait Field: Serialize + PartialEq {
    /// Whether the key is left out altogether.
    fn is_absent(&self) -> bool {
        false
    }

    /// Writes what turns `old` into `self` by a merge patch. Plain values are written whole.
    fn serialize_patch<S: Serializer>(&self, old: &Self, serializer: S) -> Result<S::Ok, S::Error> {
        let _ = old;
        self.serialize(serializer)
    }
}

/// The change from `old` to `new`, ready to be serialised.
#[derive(Debug)]
pub struct Patch<'a, T> {
    /// What the reader has.
    pub old: &'a T,
    /// What the reader will have.
    pub new: &'a T,
}

impl<T: Field> Serialize for Patch<'_, T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.new.serialize_patch(self.old, serializer)
    }
}

impl<T: Field> Field for Option<T> {
    fn is_absent(&self) -> bool {
        self.is_none()
    }

    fn serialize_patch<S: Serializer>(&self, old: &Self, serializer: S) -> Result<S::Ok, S::Error> {
        match (old, self) {
            (Some(old), Some(new)) => new.serialize_patch(old, serializer),
            (_, new) => new.serialize(serializer),
        }
    }
}

impl<T: Field> Field for Arc<T> {
    fn is_absent(&self) -> bool {
        T::is_absent(self)
    }

    fn serialize_patch<S: Serializer>(&self, old: &Self, serializer: S) -> Result<S::Ok, S::Error> {
        T::serialize_patch(self, old, serializer)
    }
}

impl Field for Arc<str> {}

impl<T: Field> Field for Vec<T> {}

macro_rules! plain_fields {
    ($($plain:ty),* $(,)?) => { $(impl $crate::model::patch::Field for $plain {})* };
}
pub(crate) use plain_fields;

plain_fields!(
    bool,
    u8,
    u16,
    u32,
    u64,
    i16,
    i32,
    i64,
    f64,
    String,
    std::borrow::Cow<'static, str>
);

/// Writes one changed entry of an object: nothing when equal, `null` when it vanished.
pub fn patch_entry<M: SerializeMap, T: Field>(
    map: &mut M,
    key: &str,
    old: &T,
    new: &T,
) -> Result<(), M::Error> {
    if old == new {
        return Ok(());
    }
    match (old.is_absent(), new.is_absent()) {
        (_, true) => map.serialize_entry(key, &()),
        (true, false) => map.serialize_entry(key, new),
        (false, false) => map.serialize_entry(key, &Patch { old, new }),
    }
}

/// Whether `patch_entry` would write something.
#[must_use]
pub fn differs<T: Field>(old: &T, new: &T) -> bool {
    old != new
}

/// A small map of an object (batteries by id, paths by link): cheap to clone, copied only when changed.
#[derive(Debug, Clone, PartialEq)]
pub struct Table<K: Ord, V>(Arc<BTreeMap<K, V>>);

impl<K: Ord, V> Default for Table<K, V> {
    fn default() -> Self {
        Self(Arc::new(BTreeMap::new()))
    }
}

impl<K: Ord + Clone, V: Clone> Table<K, V> {
    /// The map, to be changed; copied first when somebody else still holds it.
    pub fn make_mut(&mut self) -> &mut BTreeMap<K, V> {
        Arc::make_mut(&mut self.0)
    }
}

impl<K: Ord, V> std::ops::Deref for Table<K, V> {
    type Target = BTreeMap<K, V>;

    fn deref(&self) -> &Self::Target {
        &self.0
    }
}

impl<K: Ord + Display, V: Serialize> Serialize for Table<K, V> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(Some(self.len()))?;
        for (key, value) in self.iter() {
            map.serialize_entry(&key.to_string(), value)?;
        }
        map.end()
    }
}

impl<K: Ord + Display, V: Field> Field for Table<K, V> {
    fn is_absent(&self) -> bool {
        self.is_empty()
    }

    fn serialize_patch<S: Serializer>(&self, old: &Self, serializer: S) -> Result<S::Ok, S::Error> {
        let gone: Vec<&K> = old.keys().filter(|key| !self.contains_key(key)).collect();
        let changed: Vec<(&K, &V)> = self
            .iter()
            .filter(|(key, value)| old.get(key) != Some(value))
            .collect();
        let mut map = serializer.serialize_map(Some(gone.len() + changed.len()))?;
        for key in gone {
            map.serialize_entry(&key.to_string(), &())?;
        }
        for (key, new) in changed {
            match old.get(key) {
                Some(old) => map.serialize_entry(&key.to_string(), &Patch { old, new })?,
                None => map.serialize_entry(&key.to_string(), new)?,
            }
        }
        map.end()
    }
}

/// Declares a JSON object: a struct whose absent fields are left out and that can be patched.
macro_rules! object {
    ($(#[$doc:meta])* $name:ident { $($(#[$field_doc:meta])* $field:ident $(as $key:literal)? : $ty:ty),* $(,)? }) => {
        $(#[$doc])*
        pub struct $name { $($(#[$field_doc])* pub $field: $ty,)* }

        impl $name {
            /// The keys of the JSON object, in their order.
            pub const KEYS: &'static [&'static str] = &[$($crate::model::patch::key!($field $($key)?)),*];
        }

        impl serde::Serialize for $name {
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                use serde::ser::SerializeMap as _;
                use $crate::model::patch::Field as _;
                let present = [$(!self.$field.is_absent()),*].into_iter().filter(|present| *present).count();
                let mut map = serializer.serialize_map(Some(present))?;
                $(if !self.$field.is_absent() {
                    map.serialize_entry($crate::model::patch::key!($field $($key)?), &self.$field)?;
                })*
                map.end()
            }
        }

        impl $crate::model::patch::Field for $name {
            fn serialize_patch<S: serde::Serializer>(&self, old: &Self, serializer: S) -> Result<S::Ok, S::Error> {
                use serde::ser::SerializeMap as _;
                let changed = [$($crate::model::patch::differs(&old.$field, &self.$field)),*];
                let mut map = serializer.serialize_map(Some(changed.into_iter().filter(|changed| *changed).count()))?;
                $($crate::model::patch::patch_entry(
                    &mut map, $crate::model::patch::key!($field $($key)?), &old.$field, &self.$field)?;)*
                map.end()
            }
        }
    };
}
pub(crate) use object;

macro_rules! key {
    ($field:ident) => {
        stringify!($field)
    };
    ($field:ident $key:literal) => {
        $key
    };
}
pub(crate) use key;

#[cfg(test)]
#[expect(unreachable_pub, reason = "object! declares public structs")]
mod tests {
    use super::*;

    object! {
        /// A stand-in.
        #[derive(Debug, Clone, Default, PartialEq)]
        P { x: Option<f64>, kind as "type": Option<u8>, cells: Table<u8, Option<u8>> }
    }

    fn patch_of(old: &P, new: &P) -> String {
        serde_json::to_string(&Patch { old, new }).unwrap()
    }

    #[test]
    fn what_vanished_is_null_and_what_stayed_is_silent() {
        let old = P {
            x: Some(1.5),
            kind: Some(3),
            ..P::default()
        };
        let new = P {
            kind: Some(3),
            ..P::default()
        };
        assert_eq!(patch_of(&old, &new), r#"{"x":null}"#);
        assert_eq!(patch_of(&new, &old), r#"{"x":1.5}"#);
        assert_eq!(serde_json::to_string(&new).unwrap(), r#"{"type":3}"#);
        assert_eq!(P::KEYS, ["x", "type", "cells"]);
    }

    #[test]
    fn a_map_is_patched_entry_by_entry() {
        let mut old = P::default();
        old.cells.make_mut().insert(0, Some(7));
        old.cells.make_mut().insert(1, Some(8));
        let mut new = old.clone();
        new.cells.make_mut().remove(&0);
        new.cells.make_mut().insert(2, Some(9));
        assert_eq!(patch_of(&old, &new), r#"{"cells":{"0":null,"2":9}}"#);
        assert_eq!(patch_of(&old, &P::default()), r#"{"cells":null}"#);
    }
}
