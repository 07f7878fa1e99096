//! Why a WebSocket client leaves, and what it is told.

use std::{io, time::Duration};

use tokio_tungstenite::tungstenite::{Error, protocol::frame::coding::CloseCode};

use super::protocol::MessageError;
use crate::model::ids::VehicleId;

/// Why.
#[derive(Debug, thiserror::Error)]
pub(super) enum Parting {
    /// The station ends.
    #[error("the station is shutting down")]
    Stopping,
    /// The client is gone.
    #[error("the client left")]
    Left,
    /// The client closed the WebSocket; its close frame is answered.
    #[error("the client said goodbye")]
    SaidGoodbye,
    /// Nothing was heard of it.
    #[error("nothing heard for {0:?}, not even pong")]
    Silent(Duration),
    /// It takes nothing.
    #[error("the client took no bytes: {0}")]
    Stalled(io::Error),
    /// The one vehicle it follows is no more.
    #[error("vehicle {0} was forgotten")]
    Forgotten(VehicleId),
    /// It sent more than it may.
    #[error("message too large: {0}")]
    TooLarge(Error),
    /// It does not speak WebSocket.
    #[error("not a WebSocket frame: {0}")]
    Nonsense(Error),
    /// Its text is no text.
    #[error("not UTF-8: {0}")]
    NoText(Error),
    /// It sent what it may not.
    #[error("forbidden: {0}")]
    Forbidden(&'static str),
    /// A message could not be made.
    #[error(transparent)]
    Unwritable(#[from] MessageError),
}

impl From<Error> for Parting {
    fn from(error: Error) -> Self {
        use tokio_tungstenite::tungstenite::error::ProtocolError;
        match error {
            Error::Io(error) if error.kind() == io::ErrorKind::TimedOut => Self::Stalled(error),
            Error::Capacity(_) => Self::TooLarge(error),
            Error::Utf8(_) => Self::NoText(error),
            Error::Protocol(ProtocolError::ResetWithoutClosingHandshake) => Self::Left,
            Error::Protocol(_) => Self::Nonsense(error),
            _ => Self::Left,
        }
    }
}

impl Parting {
    /// Whether the server gave up on the client.
    pub(super) const fn is_giving_up(&self) -> bool {
        matches!(self, Self::Silent(_) | Self::Stalled(_))
    }

    /// The close frame to send, `None` when the other side is already gone.
    pub(super) fn goodbye(&self) -> Option<(CloseCode, String)> {
        let code = match self {
            Self::Left => return None,
            Self::Stopping => CloseCode::Away,
            Self::SaidGoodbye | Self::Forgotten(_) => CloseCode::Normal,
            Self::Silent(_) | Self::Stalled(_) | Self::Forbidden(_) => CloseCode::Policy,
            Self::TooLarge(_) => CloseCode::Size,
            Self::Nonsense(_) => CloseCode::Protocol,
            Self::NoText(_) => CloseCode::Invalid,
            Self::Unwritable(_) => CloseCode::Error,
        };
        Some((code, shortened(&self.to_string())))
    }
}

/// At most the 123 bytes a close frame has room for.
fn shortened(reason: &str) -> String {
    reason
        .char_indices()
        .take_while(|(at, letter)| at + letter.len_utf8() <= 123)
        .map(|(_, letter)| letter)
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_long_reason_still_fits_a_close_frame() {
        let id = "ä".repeat(200);
        let (code, reason) = Parting::Forgotten(id.as_str().into()).goodbye().unwrap();
        assert_eq!(code, CloseCode::Normal);
        assert!(reason.len() <= 123 && reason.starts_with("vehicle ää"));
    }
}
