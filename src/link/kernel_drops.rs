//! Datagrams the kernel threw away because a socket's buffer was full, from `/proc/net/udp` (Linux; elsewhere unknown).

use std::{fs, os::fd::AsFd};

/// Watches the drop counter of one socket.
#[derive(Debug)]
pub(super) struct KernelDrops {
    inode: Option<u64>,
}

impl KernelDrops {
    /// For an open UDP socket.
    pub(super) fn of(socket: &impl AsFd) -> Self {
        Self {
            inode: nix::sys::stat::fstat(socket.as_fd())
                .ok()
                .map(|stat| stat.st_ino),
        }
    }

    /// Drops since the socket was opened, `None` where the system does not tell.
    pub(super) fn read(&self) -> Option<u64> {
        let inode = self.inode?;
        ["/proc/net/udp", "/proc/net/udp6"]
            .iter()
            .filter_map(|table| fs::read_to_string(table).ok())
            .find_map(|table| drops_in(&table, inode))
    }
}

/// The last column of the line whose tenth is `inode`.
fn drops_in(table: &str, inode: u64) -> Option<u64> {
    table.lines().skip(1).find_map(|line| {
        let columns: Vec<&str> = line.split_ascii_whitespace().collect();
        let here = columns.get(9)?.parse() == Ok(inode);
        here.then(|| columns.last()?.parse().ok()).flatten()
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_socket_is_found_by_its_inode() {
        let table = "  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode ref pointer drops\n\
            1234: 0100007F:38D6 00000000:0000 07 00000000:00000000 00:00000000 00000000     0        0 55501 2 0000 7\n\
            1235: 0100007F:38D7 00000000:0000 07 00000000:00000000 00:00000000 00000000     0        0 55502 2 0000 42\n";
        assert_eq!(drops_in(table, 55_502), Some(42));
        assert_eq!(drops_in(table, 1), None);
    }
}
