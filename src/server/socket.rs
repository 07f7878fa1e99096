//! One WebSocket, bounded: large messages leave in pieces, so that no copy of them is kept per client.

use std::{future::poll_fn, task::ready, time::Duration};

use bytes::Bytes;
use futures_util::{SinkExt, StreamExt};
use tokio::time::timeout;
use tokio_tungstenite::{
    WebSocketStream,
    tungstenite::{
        Error, Message,
        protocol::{
            CloseFrame, Role, WebSocketConfig,
            frame::{
                Frame,
                coding::{CloseCode, Data, OpCode},
            },
        },
    },
};

use super::{patient::Patient, selection::Encoding, station::Limits};

/// Largest piece of a message; with it the write buffer stays below three of them.
const PIECE_BYTES: usize = 32 * 1024;
const READ_BUFFER_BYTES: usize = 4 * 1024;
/// How long a goodbye may take on either side.
const GOODBYE: Duration = Duration::from_millis(300);

/// A WebSocket of ours.
pub(super) struct Socket {
    stream: WebSocketStream<Patient>,
    encoding: Encoding,
    /// Everything that came was looked at; only what comes from now on can be a message.
    drained: bool,
}

impl Socket {
    /// Takes over a connection whose handshake is done; `read` are bytes that came after it.
    pub(super) async fn open(
        stream: Patient,
        read: Bytes,
        encoding: Encoding,
        limits: &Limits,
    ) -> Self {
        let config = WebSocketConfig::default()
            .read_buffer_size(READ_BUFFER_BYTES)
            .write_buffer_size(PIECE_BYTES)
            .max_write_buffer_size(PIECE_BYTES * 4)
            .max_message_size(Some(limits.message_bytes))
            .max_frame_size(Some(limits.message_bytes));
        let read = read.to_vec();
        let stream =
            WebSocketStream::from_partially_read(stream, read, Role::Server, Some(config)).await;
        Self {
            stream,
            encoding,
            drained: false,
        }
    }

    /// How messages are written here.
    pub(super) const fn encoding(&self) -> Encoding {
        self.encoding
    }

    /// Writes a message; `flush` sends what is left of it. Waits while the peer takes nothing.
    pub(super) async fn feed(&mut self, mut message: Bytes) -> Result<(), Error> {
        let mut kind = match self.encoding {
            Encoding::Json => Data::Text,
            Encoding::Msgpack => Data::Binary,
        };
        loop {
            let piece = message.split_to(message.len().min(PIECE_BYTES));
            let is_last = message.is_empty();
            let frame = Frame::message(piece, OpCode::Data(kind), is_last);
            self.stream.feed(Message::Frame(frame)).await?;
            if is_last {
                return Ok(());
            }
            kind = Data::Continue;
        }
    }

    /// Sends what was written.
    pub(super) async fn flush(&mut self) -> Result<(), Error> {
        self.stream.flush().await
    }

    /// Asks whether the peer is there.
    pub(super) async fn ping(&mut self) -> Result<(), Error> {
        self.stream.send(Message::Ping(Bytes::new())).await
    }

    /// The next message; `None` at the end.
    ///
    /// Looks at the connection first: asking tungstenite clears its read buffer every time, and most
    /// wake-ups are ticks, not messages.
    pub(super) async fn next(&mut self) -> Option<Result<Message, Error>> {
        poll_fn(|context| {
            if self.drained {
                ready!(self.stream.get_ref().poll_readable(context));
            }
            let message = self.stream.poll_next_unpin(context);
            self.drained = message.is_pending();
            message
        })
        .await
    }

    /// Says goodbye and waits a moment for the answer, so that the reason arrives.
    pub(super) async fn close(mut self, code: CloseCode, reason: &str) {
        let reason = reason.into();
        let goodbye = async {
            if let Err(error) = self.stream.close(Some(CloseFrame { code, reason })).await {
                tracing::trace!(%error, "the other side said goodbye first");
            }
            self.stream.flush().await?;
            while let Some(message) = self.stream.next().await {
                message?;
            }
            Ok::<(), Error>(())
        };
        if let Ok(Err(error)) = timeout(GOODBYE, goodbye).await {
            tracing::debug!(%error, "a goodbye was not heard");
        }
    }
}
