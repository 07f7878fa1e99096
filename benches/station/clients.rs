//! Clients of the station's WebSocket, all on one thread: they read, count, and see how old positions are.

use std::{
    sync::{
        Arc, Mutex,
        atomic::{AtomicBool, AtomicU64, Ordering},
    },
    thread::JoinHandle,
    time::{Duration, Instant},
};

use futures_util::{SinkExt, StreamExt};
use tokio::{io::AsyncReadExt, net::TcpStream};
use tokio_tungstenite::tungstenite::Message;

use crate::Outcome;

/// What the clients saw.
#[derive(Debug, Default)]
pub(crate) struct Seen {
    /// Messages of all clients.
    pub(crate) messages: AtomicU64,
    /// Bytes of all clients.
    pub(crate) bytes: AtomicU64,
    /// Ages of positions when the first client read them, ms.
    pub(crate) ages_ms: Mutex<Vec<f64>>,
}

/// Clients at work on a thread of their own.
pub(crate) struct Clients {
    pub(crate) seen: Arc<Seen>,
    stop: Arc<AtomicBool>,
    thread: Option<JoinHandle<()>>,
}

impl Clients {
    /// `reading` clients that read everything, and `deaf` ones that never read.
    pub(crate) fn connect(port: u16, reading: usize, deaf: usize, start: Instant) -> Self {
        Self::spawn(move |seen, stop| async move {
            let mut tasks = tokio::task::JoinSet::new();
            for n in 0..reading + deaf {
                let url = format!("ws://127.0.0.1:{port}/ws");
                let Ok((socket, _)) = tokio_tungstenite::connect_async(url).await else {
                    continue;
                };
                if n >= reading {
                    tasks.spawn(async move {
                        let _held = socket;
                        std::future::pending::<()>().await;
                    });
                    continue;
                }
                tasks.spawn(read(socket, Arc::clone(&seen), (n == 0).then_some(start)));
            }
            wait(&stop).await;
        })
    }

    /// Readers of a bare sender.
    pub(crate) fn bare(port: u16, count: usize) -> Self {
        Self::spawn(move |seen, stop| async move {
            let mut tasks = tokio::task::JoinSet::new();
            for _ in 0..count {
                let mut stream = loop {
                    match TcpStream::connect(("127.0.0.1", port)).await {
                        Ok(stream) => break stream,
                        Err(_) => tokio::time::sleep(Duration::from_millis(20)).await,
                    }
                };
                let seen = Arc::clone(&seen);
                tasks.spawn(async move {
                    let mut buffer = vec![0; 256 * 1_024];
                    while let Ok(length @ 1..) = stream.read(&mut buffer).await {
                        seen.bytes.fetch_add(length as u64, Ordering::Relaxed);
                    }
                });
            }
            wait(&stop).await;
        })
    }

    fn spawn<F: Future<Output = ()>>(
        work: impl FnOnce(Arc<Seen>, Arc<AtomicBool>) -> F + Send + 'static,
    ) -> Self {
        let (seen, stop) = (Arc::<Seen>::default(), Arc::<AtomicBool>::default());
        let (of_thread, until) = (Arc::clone(&seen), Arc::clone(&stop));
        let thread = std::thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_current_thread()
                .enable_all()
                .build();
            if let Ok(runtime) = runtime {
                runtime.block_on(work(of_thread, until));
            }
        });
        let thread = Some(thread);
        Self { seen, stop, thread }
    }

    /// Ends them.
    pub(crate) fn stop(mut self) -> Outcome<Arc<Seen>> {
        self.stop.store(true, Ordering::Relaxed);
        if let Some(thread) = self.thread.take() {
            thread.join().map_err(|_panic| "a client failed")?;
        }
        Ok(Arc::clone(&self.seen))
    }
}

async fn wait(stop: &AtomicBool) {
    while !stop.load(Ordering::Relaxed) {
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}

type Socket = tokio_tungstenite::WebSocketStream<tokio_tungstenite::MaybeTlsStream<TcpStream>>;

async fn read(mut socket: Socket, seen: Arc<Seen>, ages: Option<Instant>) {
    while let Some(Ok(message)) = socket.next().await {
        match message {
            Message::Text(text) => {
                seen.messages.fetch_add(1, Ordering::Relaxed);
                seen.bytes.fetch_add(text.len() as u64, Ordering::Relaxed);
                if let Some(start) = ages
                    && text.starts_with("{\"type\":\"update\"")
                {
                    note_ages(&text, start, &seen);
                }
            }
            Message::Ping(payload) => {
                let _ = socket.send(Message::Pong(payload)).await;
            }
            _ => {}
        }
    }
}

/// Every relative altitude in an update is the moment its position was sent.
fn note_ages(text: &str, start: Instant, seen: &Seen) {
    let now_s = start.elapsed().as_secs_f64();
    let key = "\"alt_rel_m\":";
    let mut ages = Vec::new();
    let mut rest = text;
    while let Some(at) = rest.find(key) {
        rest = &rest[at + key.len()..];
        let end = rest.find([',', '}']).unwrap_or(rest.len());
        if let Ok(sent_s) = rest[..end].parse::<f64>() {
            ages.push((now_s - sent_s) * 1e3);
        }
    }
    if let Ok(mut all) = seen.ages_ms.lock() {
        all.extend(ages);
    }
}
