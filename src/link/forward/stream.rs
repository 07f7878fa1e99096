//! A forward over a byte stream: frames back to back, both ways.

use std::{
    io::{self, IoSlice},
    net::SocketAddr,
    sync::Arc,
    time::Duration,
};

use tokio::{
    io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt},
    time::timeout,
};

use super::{line::Line, post::Post};
use crate::{
    model::frames::Listener,
    wire::{counters::SplitCounters, splitter::Splitter},
};

const READ: usize = 16 * 1_024;
/// Another station that takes nothing for this long is gone or stuck. Until then its queue fills, and drops.
const SEND_WITHIN: Duration = Duration::from_secs(10);

/// Passes frames on until either side ends it.
pub(super) async fn converse<R, W>(
    post: &Arc<Post>,
    listener: Listener,
    (reader, writer): (R, W),
    from: Option<SocketAddr>,
) -> io::Result<()>
where
    R: AsyncRead + Unpin,
    W: AsyncWrite + Unpin,
{
    let line = Line::new(post);
    tokio::select! {
        ended = read(&line, reader, from) => ended,
        ended = write(&line, listener, writer) => ended,
    }
}

async fn read(
    line: &Line,
    mut reader: impl AsyncRead + Unpin,
    from: Option<SocketAddr>,
) -> io::Result<()> {
    let (mut splitter, mut counted) = (Splitter::new(), SplitCounters::default());
    let mut buffer = vec![0; READ];
    loop {
        let count = reader.read(&mut buffer).await?;
        if count == 0 {
            return Ok(());
        }
        splitter.push(&buffer[..count], &mut |frame| {
            let is_echo = line.is_echo(frame.bytes());
            line.post.hear(&frame, from, is_echo);
        });
        line.post.count_split(splitter.counters(), &mut counted);
    }
}

async fn write(
    line: &Line,
    mut listener: Listener,
    mut writer: impl AsyncWrite + Unpin,
) -> io::Result<()> {
    while let Some(batch) = line.gather(&mut listener).await {
        let frames = batch.frames();
        let bytes: usize = frames.iter().map(|frame| frame.len()).sum();
        if bytes == 0 {
            continue;
        }
        timeout(SEND_WITHIN, write_all(&mut writer, &frames))
            .await
            .unwrap_or_else(|_| {
                let why = "it has taken nothing for ten seconds";
                Err(io::Error::new(io::ErrorKind::TimedOut, why))
            })?;
        let sent = frames.len() as u64;
        line.post.count(|counted| {
            counted.sent += sent;
            counted.sent_bytes += bytes as u64;
        });
    }
    std::future::pending().await
}

/// Writes frames as they lie in memory, without gathering them first.
async fn write_all(writer: &mut (impl AsyncWrite + Unpin), frames: &[&[u8]]) -> io::Result<()> {
    let mut slices: Vec<IoSlice<'_>> = frames.iter().map(|frame| IoSlice::new(frame)).collect();
    let mut rest = slices.as_mut_slice();
    while !rest.is_empty() {
        let written = writer.write_vectored(rest).await?;
        if written == 0 {
            return Err(io::ErrorKind::WriteZero.into());
        }
        IoSlice::advance_slices(&mut rest, written);
    }
    writer.flush().await
}
