//! Some keys of an object: writes a value that serialises as a map with only the wanted keys.
//!
//! The model writes objects key by key; standing between it and the format, this lets a client ask
//! for three groups of a vehicle without a copy and without a JSON value in between. The count of
//! keys is known before the first, as MessagePack wants it.

use std::{collections::BTreeSet, fmt};

use serde::{
    Serialize, Serializer,
    ser::{Error as _, Impossible, SerializeMap},
};

/// The keys that are wanted.
pub(super) type Keys = BTreeSet<Box<str>>;

/// `value` with only `keys`; `value` must serialise as a map with string keys.
pub(super) struct Pick<'a, T: ?Sized> {
    pub(super) value: &'a T,
    pub(super) keys: &'a Keys,
}

impl<T: Serialize + ?Sized> Pick<'_, T> {
    /// How many of the wanted keys the value has.
    pub(super) fn count(&self) -> usize {
        self.value.serialize(Counter(self.keys)).unwrap_or(0)
    }
}

impl<T: Serialize + ?Sized> Serialize for Pick<'_, T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let (keys, count) = (self.keys, self.count());
        let picker = Picker {
            keys,
            count,
            inner: serializer,
        };
        self.value.serialize(picker)
    }
}

/// What goes wrong when a value is not the map it should be.
#[derive(Debug)]
struct NoMap(String);

impl fmt::Display for NoMap {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for NoMap {}

impl serde::ser::Error for NoMap {
    fn custom<T: fmt::Display>(message: T) -> Self {
        Self(message.to_string())
    }
}

/// Refuses every serde type of a `Serializer` that is not listed by hand.
macro_rules! refuse {
    (scalars $($method:ident: $type:ty),*) => {
        $(fn $method(self, _: $type) -> Result<Self::Ok, Self::Error> { refused() })*
    };
    (compounds) => {
        type SerializeSeq = Impossible<Self::Ok, Self::Error>;
        type SerializeTuple = Impossible<Self::Ok, Self::Error>;
        type SerializeTupleStruct = Impossible<Self::Ok, Self::Error>;
        type SerializeTupleVariant = Impossible<Self::Ok, Self::Error>;
        type SerializeStruct = Impossible<Self::Ok, Self::Error>;
        type SerializeStructVariant = Impossible<Self::Ok, Self::Error>;
        refuse!(scalars serialize_bool: bool, serialize_i8: i8, serialize_i16: i16, serialize_i32: i32,
            serialize_i64: i64, serialize_u8: u8, serialize_u16: u16, serialize_u32: u32, serialize_u64: u64,
            serialize_f32: f32, serialize_f64: f64, serialize_char: char, serialize_bytes: &[u8]);
        fn serialize_none(self) -> Result<Self::Ok, Self::Error> { refused() }
        fn serialize_some<T: Serialize + ?Sized>(self, value: &T) -> Result<Self::Ok, Self::Error> { value.serialize(self) }
        fn serialize_unit(self) -> Result<Self::Ok, Self::Error> { refused() }
        fn serialize_unit_struct(self, _: &'static str) -> Result<Self::Ok, Self::Error> { refused() }
        fn serialize_unit_variant(self, _: &'static str, _: u32, _: &'static str) -> Result<Self::Ok, Self::Error> { refused() }
        fn serialize_newtype_struct<T: Serialize + ?Sized>(self, _: &'static str, value: &T) -> Result<Self::Ok, Self::Error> {
            value.serialize(self)
        }
        fn serialize_newtype_variant<T: Serialize + ?Sized>(self, _: &'static str, _: u32, _: &'static str, _: &T) -> Result<Self::Ok, Self::Error> { refused() }
        fn serialize_seq(self, _: Option<usize>) -> Result<Self::SerializeSeq, Self::Error> { refused() }
        fn serialize_tuple(self, _: usize) -> Result<Self::SerializeTuple, Self::Error> { refused() }
        fn serialize_tuple_struct(self, _: &'static str, _: usize) -> Result<Self::SerializeTupleStruct, Self::Error> { refused() }
        fn serialize_tuple_variant(self, _: &'static str, _: u32, _: &'static str, _: usize) -> Result<Self::SerializeTupleVariant, Self::Error> { refused() }
        fn serialize_struct(self, _: &'static str, _: usize) -> Result<Self::SerializeStruct, Self::Error> { refused() }
        fn serialize_struct_variant(self, _: &'static str, _: u32, _: &'static str, _: usize) -> Result<Self::SerializeStructVariant, Self::Error> { refused() }
    };
}

fn refused<T, E: serde::ser::Error>() -> Result<T, E> {
    Err(E::custom("only objects with text keys can be picked from"))
}

/// Whether a key is one of the wanted ones.
struct IsWanted<'a>(&'a Keys);

impl Serializer for IsWanted<'_> {
    type Ok = bool;
    type Error = NoMap;
    type SerializeMap = Impossible<bool, NoMap>;

    fn serialize_str(self, key: &str) -> Result<bool, NoMap> {
        Ok(self.0.contains(key))
    }

    fn serialize_map(self, _: Option<usize>) -> Result<Self::SerializeMap, NoMap> {
        refused()
    }

    refuse!(compounds);
}

/// Counts the wanted keys of a map without writing it.
struct Counter<'a>(&'a Keys);

struct CountMap<'a> {
    keys: &'a Keys,
    count: usize,
}

impl<'a> Serializer for Counter<'a> {
    type Ok = usize;
    type Error = NoMap;
    type SerializeMap = CountMap<'a>;

    fn serialize_str(self, _: &str) -> Result<usize, NoMap> {
        refused()
    }

    fn serialize_map(self, _: Option<usize>) -> Result<CountMap<'a>, NoMap> {
        let keys = self.0;
        Ok(CountMap { keys, count: 0 })
    }

    refuse!(compounds);
}

impl SerializeMap for CountMap<'_> {
    type Ok = usize;
    type Error = NoMap;

    fn serialize_key<T: Serialize + ?Sized>(&mut self, key: &T) -> Result<(), NoMap> {
        self.count += usize::from(key.serialize(IsWanted(self.keys))?);
        Ok(())
    }

    fn serialize_value<T: Serialize + ?Sized>(&mut self, _: &T) -> Result<(), NoMap> {
        Ok(())
    }

    fn end(self) -> Result<usize, NoMap> {
        Ok(self.count)
    }
}

/// Hands on the wanted keys of a map to another serialiser.
struct Picker<'a, S> {
    keys: &'a Keys,
    count: usize,
    inner: S,
}

struct PickMap<'a, M> {
    keys: &'a Keys,
    wanted: bool,
    inner: M,
}

impl<'a, S: Serializer> Serializer for Picker<'a, S> {
    type Ok = S::Ok;
    type Error = S::Error;
    type SerializeMap = PickMap<'a, S::SerializeMap>;

    fn serialize_str(self, _: &str) -> Result<S::Ok, S::Error> {
        refused()
    }

    fn serialize_map(self, _: Option<usize>) -> Result<Self::SerializeMap, S::Error> {
        let inner = self.inner.serialize_map(Some(self.count))?;
        let keys = self.keys;
        Ok(PickMap {
            keys,
            wanted: false,
            inner,
        })
    }

    refuse!(compounds);
}

impl<M: SerializeMap> SerializeMap for PickMap<'_, M> {
    type Ok = M::Ok;
    type Error = M::Error;

    fn serialize_key<T: Serialize + ?Sized>(&mut self, key: &T) -> Result<(), M::Error> {
        self.wanted = key
            .serialize(IsWanted(self.keys))
            .map_err(M::Error::custom)?;
        if self.wanted {
            self.inner.serialize_key(key)?;
        }
        Ok(())
    }

    fn serialize_value<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), M::Error> {
        if self.wanted {
            self.inner.serialize_value(value)?;
        }
        Ok(())
    }

    fn end(self) -> Result<M::Ok, M::Error> {
        self.inner.end()
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;

    #[test]
    fn only_the_wanted_keys_are_written() {
        let value = BTreeMap::from([("a", 1), ("b", 2), ("c", 3)]);
        let keys: Keys = ["a", "c", "z"].map(Box::from).into();
        let pick = Pick {
            value: &value,
            keys: &keys,
        };
        assert_eq!(pick.count(), 2);
        assert_eq!(serde_json::to_string(&pick).unwrap(), r#"{"a":1,"c":3}"#);
        let packed = rmp_serde::to_vec(&pick).unwrap();
        assert_eq!(packed[0], 0x82, "a map of two");
    }

    #[test]
    fn a_list_is_no_object() {
        let keys = Keys::new();
        let pick = Pick {
            value: &[1, 2][..],
            keys: &keys,
        };
        assert!(serde_json::to_string(&pick).is_err());
    }
}
