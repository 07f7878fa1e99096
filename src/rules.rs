//! Layer 1: rules over the vehicle object, written in CEL (<https://cel.dev>): alerts, filters, `volery wait`.
//!
//! A rule is compiled once, with every name checked against the vehicle object, and judged often. A
//! vehicle becomes CEL values once per change and only when somebody asks ([`facts::Facts`]); after
//! that a rule costs a microsecond or two. A rule over a thing that was never heard does not hold and says so.
//!
//! ```text
//! text ─► Rule::compile ─ names checked ─► Rule ──┐
//! Vehicle or its JSON ─► Facts (only wanted keys) ─┴─► judge ─► Verdict: holds · does not · not evaluable, because …
//! ```

pub mod book;
mod convert;
pub mod facts;
mod misuse;
mod names;
pub mod rule;
mod shape;
