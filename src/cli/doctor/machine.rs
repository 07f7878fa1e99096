//! Room for the flight log, and buffers of the kernel.

use std::{fs, path::Path};

use super::finding::Finding;
use crate::{
    app::plan::{LogPlan, Plan},
    store::space::free_bytes,
    tui::format::size,
};

/// What UDP links ask for, bytes.
const WANTED_BUFFER: u64 = 8 << 20;

/// Disk and kernel.
pub(super) fn look(plan: &Plan) -> Vec<Finding> {
    let mut findings = Vec::new();
    if let LogPlan::File { path, .. } = &plan.log {
        findings.push(match free_bytes(path) {
            Ok(free) => room(path, free),
            Err(error) => {
                let text = format!("the room for {} is not known: {error}", path.display());
                Finding::problem("disk", text)
            }
        });
    } else {
        findings.push(Finding::note("disk", "no flight log is kept"));
    }
    let most = fs::read_to_string("/proc/sys/net/core/rmem_max").ok();
    if let Some(most) = most.and_then(|text| text.trim().parse().ok()) {
        findings.push(buffer(most));
    }
    findings
}

fn room(path: &Path, free: u64) -> Finding {
    let text = format!("{} free for {}", size(free), path.display());
    match free {
        0..=100_000_000 => Finding::problem("disk", text).hint(
            "make room, or name another file with --log: a vehicle takes 10 to 50 MB an hour",
        ),
        100_000_001..=1_000_000_000 => Finding::note("disk", text),
        _ => Finding::ok("disk", text),
    }
}

fn buffer(most: u64) -> Finding {
    if most >= WANTED_BUFFER {
        return Finding::ok("kernel", "UDP sockets get a receive buffer of 8 MiB");
    }
    let text = format!(
        "UDP sockets get a receive buffer of {} at most (root gets more): bursts of large fleets may be dropped",
        size(most)
    );
    Finding::note("kernel", text).hint("sysctl -w net.core.rmem_max=8388608")
}

#[cfg(test)]
mod tests {
    use super::super::finding::Grade;
    use super::*;

    #[test]
    fn little_room_is_a_note_and_none_a_problem() {
        let grade = |free| room(Path::new("/x/flights.db"), free).grade;
        assert_eq!(
            [90_000_000, 900_000_000, 9_000_000_000].map(grade),
            [Grade::Problem, Grade::Note, Grade::Ok]
        );
    }

    #[test]
    fn a_small_buffer_is_a_note_with_the_command_that_raises_it() {
        let small = buffer(212_992);
        assert_eq!(small.grade, Grade::Note);
        assert!(small.hint.unwrap().contains("rmem_max=8388608"));
        assert_eq!(buffer(WANTED_BUFFER).grade, Grade::Ok);
    }
}
