//! A value of a JSON file that knows where it stands, so that every mistake can be found.

use serde_json::{Map, Value};

use super::error::PlanError;
use crate::model::geo::LatLon;

/// A value and its path.
#[derive(Debug, Clone)]
pub(super) struct Node<'a> {
    value: &'a Value,
    path: String,
}

impl<'a> Node<'a> {
    /// The whole file.
    pub(super) const fn root(value: &'a Value) -> Self {
        Self {
            value,
            path: String::new(),
        }
    }

    pub(super) const fn value(&self) -> &'a Value {
        self.value
    }

    pub(super) fn path(&self) -> String {
        if self.path.is_empty() {
            "the file".to_owned()
        } else {
            self.path.clone()
        }
    }

    pub(super) fn error(&self, what: impl Into<String>) -> PlanError {
        PlanError::Json {
            path: self.path(),
            what: what.into(),
        }
    }

    fn object(&self) -> Result<&'a Map<String, Value>, PlanError> {
        self.value
            .as_object()
            .ok_or_else(|| self.error("an object is needed here"))
    }

    /// A key that may be missing; `null` counts as missing.
    pub(super) fn find(&self, key: &str) -> Result<Option<Self>, PlanError> {
        let path = if self.path.is_empty() {
            key.to_owned()
        } else {
            format!("{}.{key}", self.path)
        };
        let found = self.object()?.get(key).filter(|value| !value.is_null());
        Ok(found.map(|value| Node { value, path }))
    }

    /// A key that must be there.
    pub(super) fn get(&self, key: &str) -> Result<Self, PlanError> {
        self.find(key)?
            .ok_or_else(|| self.error(format!("`{key}` is missing")))
    }

    /// The elements of an array.
    pub(super) fn elements(&self) -> Result<Vec<Self>, PlanError> {
        let array = self
            .value
            .as_array()
            .ok_or_else(|| self.error("a list is needed here"))?;
        let element = |(index, value)| Node {
            value,
            path: format!("{}[{index}]", self.path),
        };
        Ok(array.iter().enumerate().map(element).collect())
    }

    pub(super) fn number(&self) -> Result<f64, PlanError> {
        self.value
            .as_f64()
            .ok_or_else(|| self.error("a number is needed here"))
    }

    /// A number, or NaN for `null`.
    pub(super) fn number_or_unset(&self) -> Result<f64, PlanError> {
        if self.value.is_null() {
            Ok(f64::NAN)
        } else {
            self.number()
        }
    }

    pub(super) fn integer<T: TryFrom<u64>>(&self) -> Result<T, PlanError> {
        let number = self.value.as_u64().or_else(|| {
            // QGroundControl writes some whole numbers as 3.0.
            let number = self.value.as_f64()?;
            (number >= 0.0 && number.fract() == 0.0).then_some(number as u64)
        });
        number
            .and_then(|number| T::try_from(number).ok())
            .ok_or_else(|| self.error("a whole number in range is needed here"))
    }

    pub(super) fn text(&self) -> Result<&'a str, PlanError> {
        self.value
            .as_str()
            .ok_or_else(|| self.error("a text is needed here"))
    }

    pub(super) fn flag(&self) -> Result<bool, PlanError> {
        self.value
            .as_bool()
            .ok_or_else(|| self.error("true or false is needed here"))
    }

    /// `[latitude, longitude, …]`; what follows is left to the caller.
    pub(super) fn place(&self) -> Result<LatLon, PlanError> {
        let numbers = self.elements()?;
        let [lat, lon, ..] = numbers.as_slice() else {
            return Err(self.error("a latitude and a longitude are needed here"));
        };
        let place = LatLon {
            lat_deg: lat.number()?,
            lon_deg: lon.number()?,
        };
        if place.lat_deg.abs() > 90.0 {
            return Err(lat.error(format!("{} is no latitude", place.lat_deg)));
        }
        if place.lon_deg.abs() > 180.0 {
            return Err(lon.error(format!("{} is no longitude", place.lon_deg)));
        }
        Ok(place)
    }

    /// The third number of `[latitude, longitude, altitude]`; NaN where there is none.
    pub(super) fn altitude(&self) -> Result<f64, PlanError> {
        let numbers = self.elements()?;
        numbers.get(2).map_or(Ok(f64::NAN), Node::number_or_unset)
    }
}
