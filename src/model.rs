//! Layer 0: the words of the trade in SI units. No I/O, no clock, no protocol, no foreign types but serde's.

pub mod ids;
