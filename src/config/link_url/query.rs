//! What follows a scheme: the rest of the text, and the `key=value` options behind `?`.

use super::{
    hosts,
    piece::{LinkUrlError, Piece},
};
use crate::model::suggest;

/// What follows a scheme, and the query keys nobody has taken yet.
#[derive(Debug)]
pub(super) struct Parts<'t> {
    /// Written with `//` behind the colon, as MAVSDK does.
    pub(super) slashes: bool,
    /// Between scheme and query.
    pub(super) rest: Piece<'t>,
    pub(super) query: Query<'t>,
}

/// The `key=value` pairs behind `?`.
#[derive(Debug, Default)]
pub(super) struct Query<'t> {
    pairs: Vec<(Piece<'t>, Piece<'t>)>,
}

impl<'t> Query<'t> {
    /// Reads `a=1&b=2`, checks the keys against `known` and refuses doubles.
    pub(super) fn read(text: Option<Piece<'t>>, known: &[&str]) -> Result<Self, LinkUrlError> {
        let mut query = Self::default();
        let mut left = text.filter(|text| !text.text.is_empty());
        while let Some(text) = left {
            let (pair, rest) = match text.split_once('&') {
                Some((pair, rest)) => (pair, Some(rest)),
                None => (text, None),
            };
            left = rest;
            let (key, value) = pair.split_once('=').ok_or_else(|| {
                pair.error(format!("`{}` is no key=value", pair.text))
                    .help("write options as ?key=value&key=value")
            })?;
            query.add(key, value, known)?;
        }
        Ok(query)
    }

    fn add(
        &mut self,
        key: Piece<'t>,
        value: Piece<'t>,
        known: &[&str],
    ) -> Result<(), LinkUrlError> {
        if !known.iter().any(|word| word.eq_ignore_ascii_case(key.text)) {
            let near = suggest::nearest(key.text, known.iter().copied());
            let help = match near {
                Some(near) => format!("did you mean `{near}`?"),
                None => format!("this kind of link takes {}", known.join(", ")),
            };
            let error = key.error(format!("unknown option `{}`", key.text));
            return Err(error.help(help));
        }
        if self.find(key.text).is_some() {
            return Err(key.error(format!("option `{}` is given twice", key.text)));
        }
        self.pairs.push((key, value));
        Ok(())
    }

    fn find(&self, key: &str) -> Option<&(Piece<'t>, Piece<'t>)> {
        self.pairs
            .iter()
            .find(|(name, _)| name.text.eq_ignore_ascii_case(key))
    }

    /// The raw value of `key`.
    pub(super) fn get(&self, key: &str) -> Option<Piece<'t>> {
        self.find(key).map(|(_, value)| *value)
    }

    /// The value of `key` with `%XX` decoded.
    pub(super) fn text(&self, key: &str) -> Result<Option<String>, LinkUrlError> {
        self.get(key).map(hosts::unescape).transpose()
    }

    /// The value of `key` as a yes or no; absent is no.
    pub(super) fn flag(&self, key: &str) -> Result<bool, LinkUrlError> {
        let Some(value) = self.get(key) else {
            return Ok(false);
        };
        match value.text.to_ascii_lowercase().as_str() {
            "1" | "true" | "yes" | "on" => Ok(true),
            "0" | "false" | "no" | "off" => Ok(false),
            _ => Err(value
                .error(format!("`{key}` is yes or no, not `{}`", value.text))
                .help(format!("write {key}=1 or {key}=0"))),
        }
    }
}
