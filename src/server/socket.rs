//! One WebSocket, bounded: large messages leave as the bytes all clients share, never copied per client.

use std::{
    collections::VecDeque,
    future::poll_fn,
    io::{self, IoSlice},
    task::ready,
    time::Duration,
};

use bytes::{Buf, Bytes};
use futures_util::{SinkExt, StreamExt};
use tokio::{io::AsyncWriteExt, time::timeout};
use tokio_tungstenite::{
    WebSocketStream,
    tungstenite::{
        Error, Message,
        protocol::{
            CloseFrame, Role, WebSocketConfig,
            frame::{
                FrameHeader,
                coding::{CloseCode, Data, OpCode},
            },
        },
    },
};

use super::{patient::Patient, selection::Encoding, station::Limits};

/// What tungstenite writes by itself is small: pongs, pings, goodbyes.
const WRITE_BUFFER_BYTES: usize = 4 * 1024;
const READ_BUFFER_BYTES: usize = 4 * 1024;
/// How long a goodbye may take on either side.
const GOODBYE: Duration = Duration::from_millis(300);

/// A WebSocket of ours.
pub(super) struct Socket {
    stream: WebSocketStream<Patient>,
    encoding: Encoding,
    /// Everything that came was looked at; only what comes from now on can be a message.
    drained: bool,
    /// What of the last message is still to be written: its head and its shared bytes.
    rest: VecDeque<Bytes>,
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
            .write_buffer_size(0)
            .max_write_buffer_size(WRITE_BUFFER_BYTES)
            .max_message_size(Some(limits.message_bytes))
            .max_frame_size(Some(limits.message_bytes));
        let read = read.to_vec();
        let stream =
            WebSocketStream::from_partially_read(stream, read, Role::Server, Some(config)).await;
        Self {
            stream,
            encoding,
            drained: false,
            rest: VecDeque::with_capacity(2),
        }
    }

    /// How messages are written here.
    pub(super) const fn encoding(&self) -> Encoding {
        self.encoding
    }

    /// Writes a message. Waits while the peer takes nothing; what was not written when that is given
    /// up goes out before the goodbye, so that no message is ever cut in two.
    ///
    /// Past tungstenite, which would copy it into a buffer of its own first: a server's frames are not
    /// masked, so one head and the bytes of all clients are a frame.
    pub(super) async fn feed(&mut self, message: Bytes) -> Result<(), Error> {
        // A pong may wait there, and it may not end up inside of this message.
        self.stream.flush().await?;
        let kind = match self.encoding {
            Encoding::Json => Data::Text,
            Encoding::Msgpack => Data::Binary,
        };
        let head = FrameHeader {
            opcode: OpCode::Data(kind),
            ..FrameHeader::default()
        };
        let mut bytes = Vec::with_capacity(head.len(message.len() as u64));
        head.format(message.len() as u64, &mut bytes)?;
        self.rest.extend([bytes.into(), message]);
        self.write_rest().await
    }

    async fn write_rest(&mut self) -> Result<(), Error> {
        while !self.rest.is_empty() {
            let mut slices = [IoSlice::new(&[]), IoSlice::new(&[])];
            let mut used = 0;
            for (slice, bytes) in slices.iter_mut().zip(&self.rest) {
                *slice = IoSlice::new(bytes);
                used += 1;
            }
            let slices = slices.get(..used).unwrap_or_default();
            let mut written = self.stream.get_mut().write_vectored(slices).await?;
            if written == 0 && slices.iter().any(|slice| !slice.is_empty()) {
                return Err(io::Error::from(io::ErrorKind::WriteZero).into());
            }
            while let Some(first) = self.rest.front_mut()
                && (written > 0 || first.is_empty())
            {
                let part = written.min(first.len());
                first.advance(part);
                written -= part;
                if first.is_empty() {
                    self.rest.pop_front();
                }
            }
        }
        Ok(())
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
            self.write_rest().await?;
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
