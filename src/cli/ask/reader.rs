//! Whether anybody still reads what is printed: a verb that follows may have nothing to print for hours, and only a
//! write would find out.

use std::{
    io::{self, stdout},
    os::fd::AsFd,
};

use tokio::{io::Interest, net::unix::pipe::Sender};

use crate::cli::failure::Failure;

/// Does `work` until it ends or the reader of standard output goes away.
pub(super) async fn while_read(
    work: impl Future<Output = Result<(), Failure>>,
) -> Result<(), Failure> {
    tokio::select! {
        done = work => done,
        () = gone() => Err(Failure::output(&io::ErrorKind::BrokenPipe.into())),
    }
}

/// Ends when the other end of standard output is closed. A file has no other end.
async fn gone() {
    let watched = stdout()
        .as_fd()
        .try_clone_to_owned()
        .and_then(Sender::from_owned_fd_unchecked);
    match watched {
        Ok(watched) => closed(&watched).await,
        Err(error) => {
            tracing::debug!(%error, "standard output cannot be watched");
            std::future::pending::<()>().await;
        }
    }
}

/// A pipe without a reader is in error for the one who writes. Nothing is written here, so it may block.
async fn closed(output: &Sender) {
    // Both an error and the end of the runtime end the wait.
    let _ = output.ready(Interest::ERROR).await;
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_pipe_whose_reader_goes_is_noticed_without_a_write() {
        let (reader, writer) = io::pipe().unwrap();
        let watched = Sender::from_owned_fd_unchecked(writer.into()).unwrap();
        let mut closed = Box::pin(closed(&watched));
        tokio::select! {
            biased;
            () = &mut closed => panic!("it is still read"),
            () = tokio::task::yield_now() => {}
        }
        drop(reader);
        closed.await;
    }
}
