//! The other side: asks a running instance over HTTP and follows its fleet over WebSocket.
//!
//! ```text
//!  address ─► ask   one question, one answer
//!         └─► follow  connect, fold, resync, reconnect with resume ─► News
//!                       └ fold: snapshot + updates = the fleet; pure
//! ```

pub mod address;
pub mod ask;
pub mod fold;
pub mod follow;
