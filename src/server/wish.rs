//! What a client says when it commands: the keys of the route and of the WebSocket message, before anything is made of them.

use serde::Deserialize;
use serde_json::Value;

/// What a client wants of vehicles.
#[derive(Debug, Clone, PartialEq, Deserialize)]
pub(super) struct Wish {
    /// The client's own name for it.
    pub(super) request: Option<String>,
    /// Each by its id.
    pub(super) vehicles: Vec<String>,
    /// The word of the contract.
    pub(super) command: String,
    /// Its numbers.
    #[serde(default)]
    pub(super) params: Value,
    /// Agreed to what needs it.
    #[serde(default)]
    pub(super) confirm: bool,
    /// Agreed to lost and conflicted vehicles.
    #[serde(default, rename = "override")]
    pub(super) overrides: bool,
}
