//! Anything serde can write, as CEL values: whole numbers become `int`, whatever their width.
//!
//! The contract's objects and the same objects read from JSON give equal values, so that a rule means
//! the same in a station and in a program that asks it.

use std::{collections::HashMap, fmt::Display};

use cel::common::{
    types::{CelBool, CelDouble, CelInt, CelList, CelMap, CelMapKey, CelNull, CelString},
    value::Val,
};
use serde::{
    Serialize, Serializer,
    ser::{self, Impossible},
};

/// A CEL value of its own.
pub(super) type Boxed = Box<dyn Val>;

/// A value, as far as it is known what it will be used for.
pub(super) enum Node {
    /// Text: a value, or a key.
    Text(String),
    /// Anything else without parts of its own.
    Plain(Boxed),
    /// An object.
    Object(HashMap<String, Node>),
}

impl Node {
    /// As a CEL value.
    pub(super) fn into_value(self) -> Boxed {
        match self {
            Self::Text(text) => Box::new(CelString::from(text)),
            Self::Plain(value) => value,
            Self::Object(entries) => {
                let key = |key: String| CelMapKey::String(CelString::from(key));
                let entries: HashMap<CelMapKey<'_>, Boxed> = entries
                    .into_iter()
                    .map(|(name, node)| (key(name), node.into_value()))
                    .collect();
                Box::new(CelMap::from(entries))
            }
        }
    }
}

/// What cannot be a CEL value.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
pub(super) struct NotConvertible(String);

impl ser::Error for NotConvertible {
    fn custom<T: Display>(reason: T) -> Self {
        Self(reason.to_string())
    }
}

fn refused<T>(what: &str) -> Result<T, NotConvertible> {
    Err(NotConvertible(format!("{what} is no part of the contract")))
}

/// Makes nodes. With `wanted`, only those keys of the outermost object are looked at.
#[derive(Clone, Copy)]
pub(super) struct ToNode<'w> {
    pub(super) wanted: Option<&'w dyn Fn(&str) -> bool>,
}

impl ToNode<'_> {
    const ALL: ToNode<'static> = ToNode { wanted: None };
}

/// The entries of an object while they come.
pub(super) struct Entries<'w> {
    wanted: Option<&'w dyn Fn(&str) -> bool>,
    found: HashMap<String, Node>,
    key: Option<String>,
}

/// The elements of a list while they come.
pub(super) struct Elements(Vec<Boxed>);

type Made = Result<Node, NotConvertible>;

#[expect(clippy::unnecessary_wraps, reason = "what a serializer returns")]
fn plain(value: impl Val + 'static) -> Made {
    Ok(Node::Plain(Box::new(value)))
}

impl<'w> Serializer for ToNode<'w> {
    type Ok = Node;
    type Error = NotConvertible;
    type SerializeSeq = Elements;
    type SerializeTuple = Elements;
    type SerializeTupleStruct = Elements;
    type SerializeTupleVariant = Impossible<Node, NotConvertible>;
    type SerializeMap = Entries<'w>;
    type SerializeStruct = Entries<'w>;
    type SerializeStructVariant = Impossible<Node, NotConvertible>;

    fn serialize_bool(self, value: bool) -> Made {
        plain(CelBool::from(value))
    }
    fn serialize_i8(self, value: i8) -> Made {
        self.serialize_i64(value.into())
    }
    fn serialize_i16(self, value: i16) -> Made {
        self.serialize_i64(value.into())
    }
    fn serialize_i32(self, value: i32) -> Made {
        self.serialize_i64(value.into())
    }
    fn serialize_i64(self, value: i64) -> Made {
        plain(CelInt::from(value))
    }
    fn serialize_u8(self, value: u8) -> Made {
        self.serialize_i64(value.into())
    }
    fn serialize_u16(self, value: u16) -> Made {
        self.serialize_i64(value.into())
    }
    fn serialize_u32(self, value: u32) -> Made {
        self.serialize_i64(value.into())
    }
    fn serialize_u64(self, value: u64) -> Made {
        match i64::try_from(value) {
            Ok(value) => self.serialize_i64(value),
            Err(_) => self.serialize_f64(value as f64),
        }
    }
    fn serialize_f32(self, value: f32) -> Made {
        self.serialize_f64(value.into())
    }
    fn serialize_f64(self, value: f64) -> Made {
        plain(CelDouble::from(value))
    }
    fn serialize_char(self, value: char) -> Made {
        Ok(Node::Text(value.to_string()))
    }
    fn serialize_str(self, value: &str) -> Made {
        Ok(Node::Text(value.to_owned()))
    }
    fn serialize_bytes(self, _: &[u8]) -> Made {
        refused("a byte string")
    }
    fn serialize_none(self) -> Made {
        plain(CelNull)
    }
    fn serialize_some<T: Serialize + ?Sized>(self, value: &T) -> Made {
        value.serialize(self)
    }
    fn serialize_unit(self) -> Made {
        plain(CelNull)
    }
    fn serialize_unit_struct(self, _: &'static str) -> Made {
        plain(CelNull)
    }
    fn serialize_unit_variant(self, _: &'static str, _: u32, variant: &'static str) -> Made {
        Ok(Node::Text(variant.to_owned()))
    }
    fn serialize_newtype_struct<T: Serialize + ?Sized>(self, _: &'static str, value: &T) -> Made {
        value.serialize(self)
    }
    fn serialize_newtype_variant<T: Serialize + ?Sized>(
        self,
        _: &'static str,
        _: u32,
        _: &'static str,
        _: &T,
    ) -> Made {
        refused("a variant with a value")
    }
    fn serialize_seq(self, length: Option<usize>) -> Result<Elements, NotConvertible> {
        Ok(Elements(Vec::with_capacity(length.unwrap_or(0).min(1_024))))
    }
    fn serialize_tuple(self, length: usize) -> Result<Elements, NotConvertible> {
        self.serialize_seq(Some(length))
    }
    fn serialize_tuple_struct(
        self,
        _: &'static str,
        length: usize,
    ) -> Result<Elements, NotConvertible> {
        self.serialize_seq(Some(length))
    }
    fn serialize_tuple_variant(
        self,
        _: &'static str,
        _: u32,
        _: &'static str,
        _: usize,
    ) -> Result<Self::SerializeTupleVariant, NotConvertible> {
        refused("a variant with values")
    }
    fn serialize_map(self, length: Option<usize>) -> Result<Entries<'w>, NotConvertible> {
        Ok(Entries {
            wanted: self.wanted,
            found: HashMap::with_capacity(length.unwrap_or(0).min(1_024)),
            key: None,
        })
    }
    fn serialize_struct(
        self,
        _: &'static str,
        length: usize,
    ) -> Result<Entries<'w>, NotConvertible> {
        self.serialize_map(Some(length))
    }
    fn serialize_struct_variant(
        self,
        _: &'static str,
        _: u32,
        _: &'static str,
        _: usize,
    ) -> Result<Self::SerializeStructVariant, NotConvertible> {
        refused("a variant with fields")
    }
}

impl Entries<'_> {
    fn add<T: Serialize + ?Sized>(&mut self, key: String, value: &T) -> Result<(), NotConvertible> {
        if self.wanted.is_none_or(|wanted| wanted(&key)) {
            self.found.insert(key, value.serialize(ToNode::ALL)?);
        }
        Ok(())
    }
}

impl ser::SerializeMap for Entries<'_> {
    type Ok = Node;
    type Error = NotConvertible;

    fn serialize_key<T: Serialize + ?Sized>(&mut self, key: &T) -> Result<(), NotConvertible> {
        match key.serialize(ToNode::ALL)? {
            Node::Text(text) => self.key = Some(text),
            _ => return refused("a key that is no text"),
        }
        Ok(())
    }

    fn serialize_value<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), NotConvertible> {
        match self.key.take() {
            Some(key) => self.add(key, value),
            None => refused("a value without a key"),
        }
    }

    fn end(self) -> Made {
        Ok(Node::Object(self.found))
    }
}

impl ser::SerializeStruct for Entries<'_> {
    type Ok = Node;
    type Error = NotConvertible;

    fn serialize_field<T: Serialize + ?Sized>(
        &mut self,
        key: &'static str,
        value: &T,
    ) -> Result<(), NotConvertible> {
        self.add(key.to_owned(), value)
    }

    fn end(self) -> Made {
        Ok(Node::Object(self.found))
    }
}

impl Elements {
    fn add<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), NotConvertible> {
        self.0.push(value.serialize(ToNode::ALL)?.into_value());
        Ok(())
    }

    fn list(self) -> Made {
        plain(CelList::from(self.0))
    }
}

impl ser::SerializeSeq for Elements {
    type Ok = Node;
    type Error = NotConvertible;

    fn serialize_element<T: Serialize + ?Sized>(
        &mut self,
        value: &T,
    ) -> Result<(), NotConvertible> {
        self.add(value)
    }

    fn end(self) -> Made {
        self.list()
    }
}

impl ser::SerializeTuple for Elements {
    type Ok = Node;
    type Error = NotConvertible;

    fn serialize_element<T: Serialize + ?Sized>(
        &mut self,
        value: &T,
    ) -> Result<(), NotConvertible> {
        self.add(value)
    }

    fn end(self) -> Made {
        self.list()
    }
}

impl ser::SerializeTupleStruct for Elements {
    type Ok = Node;
    type Error = NotConvertible;

    fn serialize_field<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), NotConvertible> {
        self.add(value)
    }

    fn end(self) -> Made {
        self.list()
    }
}
