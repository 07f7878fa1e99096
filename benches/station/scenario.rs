//! The scenarios, one after another in every round, and what their figures say to each other.

use std::{
    collections::BTreeMap,
    fs,
    io::{Read, Write},
    net::{TcpListener, TcpStream, UdpSocket},
    process::{Child, Command, Stdio},
    sync::atomic::Ordering,
    time::{Duration, Instant},
};

use rusqlite::Connection;
use serde_json::Value;

use crate::{
    Outcome,
    clients::Clients,
    load::{Load, PER_SECOND, Source},
    measure::{cpu_ns, peak_mb, quantile},
};

/// What is started and what is asked of it.
#[derive(Debug, Clone, Copy)]
struct Scenario {
    name: &'static str,
    load: Load,
    station: Option<Station>,
}

#[derive(Debug, Clone, Copy)]
struct Station {
    log: bool,
    clients: usize,
    deaf: usize,
}

const fn load(vehicles: usize, rate: usize, sources: usize) -> Load {
    Load {
        vehicles,
        rate,
        sources,
    }
}

const fn station(log: bool, clients: usize, deaf: usize) -> Station {
    Station { log, clients, deaf }
}

const N: usize = PER_SECOND;

#[rustfmt::skip]
const SCENARIOS: [Scenario; 11] = [
    Scenario { name: "250 floor",               load: load(250, N, 1), station: None },
    Scenario { name: "250 no log",              load: load(250, N, 1), station: Some(station(false, 0, 0)) },
    Scenario { name: "250 log",                 load: load(250, N, 1), station: Some(station(true, 0, 0)) },
    Scenario { name: "250 log 10 clients",      load: load(250, N, 1), station: Some(station(true, 10, 0)) },
    Scenario { name: "250 log 50 clients",      load: load(250, N, 1), station: Some(station(true, 50, 0)) },
    Scenario { name: "250 log 10 + 10 deaf",    load: load(250, N, 1), station: Some(station(true, 10, 10)) },
    Scenario { name: "50 floor",                load: load(50, N, 1),  station: None },
    Scenario { name: "50 log 1 client",         load: load(50, N, 1),  station: Some(station(true, 1, 0)) },
    Scenario { name: "50 log 50 clients",       load: load(50, N, 1),  station: Some(station(true, 50, 0)) },
    Scenario { name: "50 ports log 1 client",   load: load(50, N, 50), station: Some(station(true, 1, 0)) },
    Scenario { name: "100k/s log 1 client",     load: load(250, 400, 1), station: Some(station(true, 1, 0)) },
];

/// Figures of one scenario in one round.
#[derive(Debug, Default, Clone)]
struct Figures {
    us_per_message: f64,
    peak_mb: f64,
    sent: u64,
    logged: u64,
    gaps: u64,
    kernel_drops: u64,
    queue_drops: u64,
    p50_ms: f64,
    p99_ms: f64,
    message_bytes: f64,
}

/// Runs every scenario once a round and prints what came out.
pub(crate) fn compare(rounds: u64, seconds: u64, wanted: Option<&str>) -> Outcome {
    let mut all: BTreeMap<&str, Vec<Figures>> = BTreeMap::new();
    let chosen = SCENARIOS.iter().filter(|one| {
        wanted.is_none_or(|words| words.split(',').any(|word| one.name.contains(word)))
    });
    for round in 1..=rounds {
        for scenario in chosen.clone() {
            let figures = run(*scenario, seconds)?;
            print_figures(round, scenario, &figures);
            all.entry(scenario.name).or_default().push(figures);
        }
        print_per_client(round, &all, seconds)?;
    }
    print_ratios(&all);
    Ok(())
}

fn print_figures(round: u64, scenario: &Scenario, figures: &Figures) {
    let Figures {
        us_per_message,
        peak_mb,
        sent,
        logged,
        gaps,
        kernel_drops,
        queue_drops,
        ..
    } = figures;
    print!(
        "round {round}  {:<24} {us_per_message:>7.2} µs/message",
        scenario.name
    );
    if let Some(station) = scenario.station {
        print!("  {peak_mb:>5.1} MB  sent {sent}");
        if station.log {
            print!(" logged {logged} gaps {gaps}");
        }
        print!(" drops {kernel_drops}+{queue_drops}");
        if station.clients > 0 {
            let Figures {
                p50_ms,
                p99_ms,
                message_bytes,
                ..
            } = figures;
            print!("  age p50 {p50_ms:.0} p99 {p99_ms:.0} ms  {message_bytes:.0} B/update");
        }
    }
    println!();
}

/// What one more client costs, beside a bare sender of as many bytes to as many more sockets.
fn print_per_client(round: u64, all: &BTreeMap<&str, Vec<Figures>>, seconds: u64) -> Outcome {
    let last = |name| {
        all.get(name)
            .and_then(|figures: &Vec<Figures>| figures.last())
    };
    let (Some(few), Some(many)) = (last("250 log 10 clients"), last("250 log 50 clients")) else {
        return Ok(());
    };
    let ours = (many.us_per_message - few.us_per_message) / 40.0;
    let bare = bare(40, few.message_bytes as usize, seconds)?;
    println!(
        "round {round}  one more client of 250 vehicles: {ours:.3} µs/message, a bare send {bare:.3}, \
         beyond it {:.3}",
        ours - bare
    );
    Ok(())
}

fn print_ratios(all: &BTreeMap<&str, Vec<Figures>>) {
    let pairs = [
        ("250 no log", "250 floor"),
        ("250 log", "250 floor"),
        ("250 log 10 clients", "250 floor"),
        ("250 log 50 clients", "250 log 10 clients"),
        ("250 log 10 + 10 deaf", "250 log 10 clients"),
        ("50 log 1 client", "50 floor"),
        ("50 log 50 clients", "50 log 1 client"),
        ("50 ports log 1 client", "50 log 1 client"),
    ];
    for (one, other) in pairs {
        let (Some(ours), Some(theirs)) = (all.get(one), all.get(other)) else {
            continue;
        };
        let mut ratios: Vec<f64> = ours
            .iter()
            .zip(theirs)
            .map(|(ours, theirs)| ours.us_per_message / theirs.us_per_message)
            .collect();
        let median = quantile(&mut ratios, 0.5);
        let (least, most) = (quantile(&mut ratios, 0.0), quantile(&mut ratios, 1.0));
        println!("{one} ÷ {other}: {median:.2} ({least:.2}–{most:.2})");
    }
}

fn run(scenario: Scenario, seconds: u64) -> Outcome<Figures> {
    let udp = UdpSocket::bind("127.0.0.1:0")?.local_addr()?.port();
    let http = TcpListener::bind("127.0.0.1:0")?.local_addr()?.port();
    let folder = tempfile::tempdir()?;
    let mut child = Killed(match scenario.station {
        None => again(&["floor", &udp.to_string()])?,
        Some(station) => serve(udp, http, folder.path(), station)?,
    });
    let pid = child.0.id();
    let start = Instant::now();
    std::thread::sleep(Duration::from_millis(400));
    let clients = scenario
        .station
        .map(|station| Clients::connect(http, station.clients, station.deaf, start));
    // Everybody is known, and every file and buffer is there, before anything is measured.
    let mut source = Source::new(scenario.load, udp, start)?;
    source.send(2)?;
    let warm = clients.as_ref().map(|clients| {
        if let Ok(mut ages) = clients.seen.ages_ms.lock() {
            ages.clear();
        }
        let seen = &clients.seen;
        (
            seen.bytes.load(Ordering::Relaxed),
            seen.messages.load(Ordering::Relaxed),
        )
    });
    let before = cpu_ns(pid)?;
    let sent = source.send(seconds)?;
    let cpu = cpu_ns(pid)? - before;
    let mut figures = Figures {
        us_per_message: cpu as f64 / 1e3 / sent as f64,
        peak_mb: peak_mb(pid)?,
        sent: sent + 2 * (scenario.load.vehicles * scenario.load.rate) as u64,
        ..Figures::default()
    };
    if let (Some(clients), Some(warm)) = (clients, warm) {
        std::thread::sleep(Duration::from_millis(300));
        let seen = clients.stop()?;
        let bytes = seen.bytes.load(Ordering::Relaxed) - warm.0;
        let messages = seen.messages.load(Ordering::Relaxed) - warm.1;
        figures.message_bytes = bytes as f64 / messages as f64;
        if let Ok(mut ages) = seen.ages_ms.lock() {
            figures.p50_ms = quantile(&mut ages, 0.5);
            figures.p99_ms = quantile(&mut ages, 0.99);
        }
    }
    if scenario.station.is_some() {
        let link = link(http)?;
        figures.kernel_drops = link["kernel_drops"].as_u64().unwrap_or_default();
        figures.queue_drops = link["queue_drops"].as_u64().unwrap_or_default();
    }
    child.end()?;
    if scenario.station.is_some_and(|station| station.log) {
        let log = Connection::open(folder.path().join("flights.db"))?;
        let sum = |table: &str, only: &str| -> rusqlite::Result<i64> {
            let sql = format!("SELECT coalesce(sum(count), 0) FROM {table} {only}");
            log.query_row(&sql, [], |row| row.get(0))
        };
        figures.logged = sum("frames", "WHERE direction = 'received'")?.unsigned_abs();
        figures.gaps = sum("gap", "")?.unsigned_abs();
    }
    Ok(figures)
}

/// µs of CPU per client and message of the load that a bare sender of as many bytes takes.
fn bare(clients: usize, bytes: usize, seconds: u64) -> Outcome<f64> {
    let port = TcpListener::bind("127.0.0.1:0")?.local_addr()?.port();
    let words = [port as usize, clients, bytes, 50].map(|word| word.to_string());
    let child = Killed(again(&[
        "bare", &words[0], &words[1], &words[2], &words[3],
    ])?);
    let readers = Clients::bare(port, clients);
    std::thread::sleep(Duration::from_millis(500));
    let before = cpu_ns(child.0.id())?;
    std::thread::sleep(Duration::from_secs(seconds));
    let cpu = cpu_ns(child.0.id())? - before;
    readers.stop()?;
    let messages = (250 * PER_SECOND) as f64 * seconds as f64;
    Ok(cpu as f64 / 1e3 / messages / clients as f64)
}

fn again(words: &[&str]) -> Outcome<Child> {
    let mut command = Command::new(std::env::current_exe()?);
    Ok(command.arg("child").args(words).spawn()?)
}

fn serve(udp: u16, http: u16, folder: &std::path::Path, station: Station) -> Outcome<Child> {
    fs::create_dir_all(folder)?;
    let program = std::env::var_os("VOLERY").unwrap_or(env!("CARGO_BIN_EXE_volery").into());
    let mut command = Command::new(program);
    command
        .args([
            "serve",
            "--read-only",
            "--link",
            &format!("udpin:127.0.0.1:{udp}"),
        ])
        .args(["--listen", &format!("127.0.0.1:{http}")])
        .current_dir(folder)
        .stderr(Stdio::null());
    if station.log {
        command.arg("--log").arg(folder.join("flights.db"));
    } else {
        command.arg("--no-log");
    }
    Ok(command.spawn()?)
}

fn link(http: u16) -> Outcome<Value> {
    let mut stream = TcpStream::connect(("127.0.0.1", http))?;
    write!(
        stream,
        "GET /api/v1/fleet HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n"
    )?;
    let mut answer = String::new();
    stream.read_to_string(&mut answer)?;
    let (_, body) = answer.split_once("\r\n\r\n").ok_or("no body")?;
    let fleet: Value = serde_json::from_str(body)?;
    let links = fleet["links"].as_object().ok_or("no links")?;
    Ok(links.values().next().ok_or("no link")?.clone())
}

/// A child that does not outlive its scenario.
struct Killed(Child);

impl Killed {
    /// SIGTERM, and waits, so that the log is whole.
    fn end(&mut self) -> Outcome {
        let pid = nix::unistd::Pid::from_raw(self.0.id().try_into()?);
        nix::sys::signal::kill(pid, nix::sys::signal::Signal::SIGTERM)?;
        self.0.wait()?;
        Ok(())
    }
}

impl Drop for Killed {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}
