//! `kill -9` while recording: a process of our own is started and killed.

use std::{
    env,
    io::{BufRead as _, BufReader, Write as _},
    path::{Path, PathBuf},
    process::{Command, Stdio},
    sync::Arc,
    time::{Duration, Instant},
};

use rusqlite::Connection;
use volery::{
    model::{
        recorder::{Direction, Recorder as _},
        time::TimeUs,
    },
    store::{FrameFilter, LogReader},
};

use crate::support::{START, batch, check, frame, open, snapshot, vehicle};

const PATH: &str = "VOLERY_TEST_KILLED_LOG";
const FRAMES_PER_S: u64 = 3_000;

/// Not a test of its own: the process that is killed. Does nothing when started as one.
#[test]
fn writes_until_it_is_killed() {
    let Some(path) = env::var_os(PATH).map(PathBuf::from) else {
        return;
    };
    let (_store, handle) = open(&path);
    let began = Instant::now();
    let mut sent = 0_u64;
    // Ends by itself should the parent be gone.
    while began.elapsed() < Duration::from_secs(30) {
        let due = began.elapsed().as_millis() as u64 * FRAMES_PER_S / 1_000;
        let t = TimeUs(START.0 + began.elapsed().as_micros() as i64);
        let frames: Vec<_> = (sent..due)
            .map(|n| {
                (
                    t,
                    frame(30, n as u8, &[&n.to_le_bytes()[..], &[1; 25]].concat()),
                )
            })
            .collect();
        sent = due;
        handle.record(batch(0, Direction::Received, &frames));
        handle.snapshot(&Arc::new(snapshot(t, [vehicle("alpha", t)])));
        let mut out = std::io::stdout();
        writeln!(out, "recorded {} {sent}", t.0).unwrap();
        out.flush().unwrap();
        std::thread::sleep(Duration::from_millis(5));
    }
}

/// Starts the writer, kills it after `life`, and tells the time and number of the last frame it recorded.
fn killed_after(path: &Path, life: Duration) -> (i64, u64) {
    let mut child = Command::new(env::current_exe().unwrap())
        .args(["--exact", "kill::writes_until_it_is_killed", "--nocapture"])
        .env(PATH, path)
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let lines = BufReader::new(child.stdout.take().unwrap()).lines();
    let (mut last, mut began) = ((0, 0), None);
    for line in lines {
        let line = line.unwrap_or_default();
        let Some((_, words)) = line.split_once("recorded ") else {
            continue;
        };
        if let Some((t, n)) = words.split_once(' ')
            && let (Ok(t), Ok(n)) = (t.parse(), n.parse())
        {
            last = (t, n);
        }
        if began.get_or_insert_with(Instant::now).elapsed() >= life {
            // SIGKILL; the pipe ends, and with it this loop.
            child.kill().unwrap();
        }
    }
    child.wait().unwrap();
    last
}

#[test]
fn after_kill_9_the_log_is_whole_and_at_most_a_second_is_missing() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("flights.db");
    for (n, life) in [1_300, 1_750, 900].into_iter().enumerate() {
        let (t, recorded) = killed_after(&path, Duration::from_millis(life));
        assert!(recorded > FRAMES_PER_S / 2);
        let session = n as i64 + 1;

        let report = check(&path);
        assert!(report.ok, "{:?}", report.problems);
        let log = LogReader::open(&path).unwrap();
        let filter = FrameFilter {
            session: Some(session),
            ..FrameFilter::default()
        };
        let frames: Vec<_> = log.frames(&filter).unwrap().collect();
        let missing_us = t - frames.last().unwrap().t.0;
        assert!(missing_us <= 1_000_000, "{missing_us} µs are missing");
        let number = |bytes: &[u8]| u64::from_le_bytes(bytes[10..18].try_into().unwrap());
        let numbers = frames.iter().map(|frame| number(&frame.bytes));
        assert!(
            numbers.eq(0..frames.len() as u64),
            "only the end is missing"
        );

        let newest = log.at("alpha", TimeUs(i64::MAX - 1)).unwrap().unwrap();
        assert!(t - newest.t_ms * 1_000 <= 1_000_000 + 200_000);
        assert_eq!(log.sessions().unwrap().last().unwrap().ended_us, None);
    }
    // Nothing stands in the way of the next one.
    let (store, _) = open(&path);
    store.close().unwrap();
    let check: String = Connection::open(&path)
        .unwrap()
        .query_row("PRAGMA integrity_check", [], |row| row.get(0))
        .unwrap();
    assert_eq!(check, "ok");
}
