//! Who holds a port or a device: `/proc/net/*` and `/proc/*/fd` (Linux; elsewhere nobody is found). For `volery doctor`.

use std::{fs, path::Path};

/// A process that has something open.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Holder {
    /// Its process id.
    pub pid: u32,
    /// What it is called: the script for an interpreter, else the program.
    pub name: String,
}

/// Which table a port is looked for in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PortKind {
    /// UDP, bound.
    Udp,
    /// TCP, listening.
    Tcp,
}

/// Who holds a local port. Empty when nobody does, or when it is another user's process and we may not look.
#[must_use]
pub fn of_port(kind: PortKind, port: u16) -> Vec<Holder> {
    let tables = match kind {
        PortKind::Udp => ["/proc/net/udp", "/proc/net/udp6"],
        PortKind::Tcp => ["/proc/net/tcp", "/proc/net/tcp6"],
    };
    let inodes: Vec<u64> = tables
        .iter()
        .filter_map(|table| fs::read_to_string(table).ok())
        .flat_map(|table| inodes_of(&table, kind, port))
        .collect();
    let wanted: Vec<String> = inodes
        .iter()
        .map(|inode| format!("socket:[{inode}]"))
        .collect();
    holders(|target| {
        let target = target.to_str();
        target.is_some_and(|target| wanted.iter().any(|socket| socket == target))
    })
}

/// Who has a device open.
#[must_use]
pub fn of_device(device: &Path) -> Vec<Holder> {
    let Ok(device) = fs::canonicalize(device) else {
        return Vec::new();
    };
    holders(|target| target == device)
}

/// Whether a program of that name runs.
#[must_use]
pub fn is_running(name: &str) -> bool {
    let names = processes().filter_map(|pid| fs::read_to_string(format!("/proc/{pid}/comm")).ok());
    names.into_iter().any(|comm| comm.trim_end() == name)
}

fn processes() -> impl Iterator<Item = u32> {
    let entries = fs::read_dir("/proc").into_iter().flatten().flatten();
    entries.filter_map(|entry| entry.file_name().to_str()?.parse().ok())
}

fn holders(is_it: impl Fn(&Path) -> bool) -> Vec<Holder> {
    let holds = |pid: &u32| {
        let files = fs::read_dir(format!("/proc/{pid}/fd"));
        let mut files = files.into_iter().flatten().flatten();
        files.any(|file| fs::read_link(file.path()).is_ok_and(|target| is_it(&target)))
    };
    let found = processes().filter(|pid| *pid != std::process::id());
    found.filter(holds).map(named).collect()
}

fn named(pid: u32) -> Holder {
    let command = fs::read(format!("/proc/{pid}/cmdline")).unwrap_or_default();
    let command = String::from_utf8_lossy(&command).into_owned();
    let words: Vec<&str> = command
        .split('\0')
        .filter(|word| !word.is_empty())
        .collect();
    let comm = fs::read_to_string(format!("/proc/{pid}/comm")).unwrap_or_default();
    Holder {
        pid,
        name: program(&words).unwrap_or_else(|| comm.trim_end().to_owned()),
    }
}

/// The last part of the program's path; of an interpreter, that of its script.
fn program(words: &[&str]) -> Option<String> {
    let last = |path: &str| path.rsplit('/').next().unwrap_or_default().to_owned();
    let first = last(words.first()?);
    let is_interpreter = ["python", "node", "ruby", "java"]
        .iter()
        .any(|name| first.starts_with(name));
    if !is_interpreter {
        return Some(first);
    }
    let mut rest = words.iter().skip(1).skip_while(|word| {
        // `-c` is followed by a program in text, which is no name.
        word.starts_with('-') && !matches!(**word, "-c" | "-m")
    });
    match rest.next() {
        None | Some(&"-c") => Some(first),
        Some(&"-m") => rest.next().map(|module| last(module)),
        Some(script) => Some(last(script)),
    }
}

/// Inodes of the sockets of a `/proc/net` table that are bound to (UDP) or listen on (TCP) a port (proc_net(5)).
fn inodes_of(table: &str, kind: PortKind, port: u16) -> Vec<u64> {
    let line = |line: &str| {
        let columns: Vec<&str> = line.split_ascii_whitespace().collect();
        let (_, local) = columns.get(1)?.rsplit_once(':')?;
        let is_listening = kind == PortKind::Udp || *columns.get(3)? == "0A";
        let is_it = is_listening && u16::from_str_radix(local, 16).ok()? == port;
        is_it.then(|| columns.get(9)?.parse().ok()).flatten()
    };
    table.lines().skip(1).filter_map(line).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::net::UdpSocket;

    #[test]
    fn sockets_are_found_by_port_and_only_those_that_listen() {
        let table = "  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode\n   \
                     0: 00000000:38D6 00000000:0000 0A 00000000:00000000 00:00000000 00000000  0 0 4711 1\n   \
                     1: 0100007F:38D6 0100007F:9999 01 00000000:00000000 00:00000000 00000000  0 0 4712 1\n   \
                     2: 00000000:38D7 00000000:0000 0A 00000000:00000000 00:00000000 00000000  0 0 4713 1\n";
        assert_eq!(inodes_of(table, PortKind::Tcp, 14_550), [4711]);
        assert_eq!(inodes_of(table, PortKind::Udp, 14_550), [4711, 4712]);
        assert_eq!(inodes_of("", PortKind::Udp, 14_550), [] as [u64; 0]);
    }

    #[test]
    fn an_interpreter_is_called_by_its_script() {
        let name = |words: &[&str]| program(words).unwrap();
        assert_eq!(
            name(&["/usr/bin/python3.11", "-u", "/opt/venv/bin/mavproxy.py"]),
            "mavproxy.py"
        );
        assert_eq!(name(&["/usr/bin/QGroundControl", "--x"]), "QGroundControl");
        assert_eq!(name(&["python3"]), "python3");
        assert_eq!(name(&["python3", "-c", "import socket\n"]), "python3");
        assert_eq!(name(&["python3", "-u", "-m", "http.server"]), "http.server");
    }

    #[test]
    fn ones_own_port_is_nobody_elses() {
        let socket = UdpSocket::bind("127.0.0.1:0").unwrap();
        let port = socket.local_addr().unwrap().port();
        assert_eq!(of_port(PortKind::Udp, port), []);
    }
}
