//! Files of every format in and out, and every mistake by its place.

mod checking;
mod differing;
mod reading;
mod refusing;

/// One of the fixtures.
macro_rules! fixture {
    ($name:literal) => {
        include_str!(concat!("../../../tests/plans/", $name))
    };
}
use fixture;
