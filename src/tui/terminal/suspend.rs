//! Ctrl-Z: stopping together with whoever was started by the same shell command, if there is a shell to wake us.

use std::{fs, process};

use nix::{
    sys::signal::{Signal, kill},
    unistd::Pid,
};

/// Stops this process group until the shell continues it. Returns false when there is no shell that could.
pub(in crate::tui) fn suspend() -> bool {
    has_job_control(process::id()) && kill(Pid::from_raw(0), Signal::SIGSTOP).is_ok()
}

/// Whether some parent in the same session, outside of our process group, could continue us
/// (POSIX: the group is not orphaned). Where `/proc` does not tell, it is believed so.
fn has_job_control(mut process: u32) -> bool {
    let Some(own) = Ids::of(process) else {
        return true;
    };
    for _ in 0..32 {
        let Some(ids) = Ids::of(process) else {
            return false;
        };
        if ids.group != own.group {
            return ids.session == own.session;
        }
        process = ids.parent;
    }
    false
}

struct Ids {
    parent: u32,
    group: u32,
    session: u32,
}

impl Ids {
    fn of(process: u32) -> Option<Self> {
        Self::parse(&fs::read_to_string(format!("/proc/{process}/stat")).ok()?)
    }

    /// `pid (name) state parent group session …`; the name may hold anything (proc_pid_stat(5)).
    fn parse(stat: &str) -> Option<Self> {
        let (_, rest) = stat.rsplit_once(") ")?;
        let mut numbers = rest
            .split_ascii_whitespace()
            .skip(1)
            .map_while(|number| number.parse().ok());
        Some(Self {
            parent: numbers.next()?,
            group: numbers.next()?,
            session: numbers.next()?,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_with_brackets_and_spaces_is_read_past() {
        let ids = Ids::parse("77 (a) b (c) S 12 34 56 0 -1").unwrap();
        assert_eq!((ids.parent, ids.group, ids.session), (12, 34, 56));
        assert!(Ids::parse("77 (a").is_none());
    }

    #[cfg(target_os = "linux")]
    #[test]
    fn the_first_process_of_a_session_has_nobody_to_wake_it() {
        assert!(!has_job_control(1));
    }
}
