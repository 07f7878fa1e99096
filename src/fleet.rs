//! Layer 2: what is believed about the vehicles. Knows `model` alone: no bytes, no sockets, no clock.

pub mod texts;
