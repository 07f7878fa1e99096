//! Radios and autopilots on USB: are there any, may we use them, does somebody else?

use super::finding::Finding;
use crate::link::{
    devices::{Device, plugged_in},
    holders::{Holder, is_running, of_device},
};

const ABOUT: &str = "serial";

/// Every USB serial device, and the programs known to grab them.
pub(super) fn look() -> Vec<Finding> {
    let devices = plugged_in();
    if devices.is_empty() {
        return vec![Finding::ok(
            ABOUT,
            "no USB radio or autopilot is plugged in",
        )];
    }
    let mut findings: Vec<_> = devices
        .iter()
        .map(|device| judge(device, &of_device(&device.path)))
        .collect();
    if is_running("ModemManager") {
        let text = "ModemManager runs: it probes new serial devices and may hold or garble them for half a minute";
        findings.push(Finding::note(ABOUT, text).hint("systemctl stop ModemManager"));
    }
    findings
}

fn judge(device: &Device, holders: &[Holder]) -> Finding {
    let path = device.path.display();
    if !device.is_allowed {
        let text = format!("{path} may not be used by this user");
        let hint = format!("sudo usermod -aG {} $USER, then log in again", device.group);
        return Finding::problem(ABOUT, text).hint(hint);
    }
    if let Some(holder) = holders.first() {
        let text = format!("{path} is held by {} (pid {})", holder.name, holder.pid);
        return Finding::problem(ABOUT, text).hint("end it, or let it forward over UDP");
    }
    let stable = device.stable_name.as_ref();
    let name = stable.map_or(String::new(), |name| format!(" ({})", name.display()));
    Finding::ok(ABOUT, format!("{path} can be used{name}"))
}

#[cfg(test)]
mod tests {
    use super::super::finding::Grade;
    use super::*;

    #[test]
    fn rights_and_holders_are_told_with_what_to_do() {
        let mut device = Device {
            path: "/dev/ttyUSB0".into(),
            stable_name: None,
            is_allowed: false,
            group: "dialout".into(),
        };
        let denied = judge(&device, &[]);
        assert_eq!(denied.grade, Grade::Problem);
        assert!(denied.hint.unwrap().contains("usermod -aG dialout"));
        device.is_allowed = true;
        assert_eq!(judge(&device, &[]).grade, Grade::Ok);
        let holder = Holder {
            pid: 123,
            name: "mavproxy.py".into(),
        };
        assert_eq!(
            judge(&device, &[holder]).text,
            "/dev/ttyUSB0 is held by mavproxy.py (pid 123)"
        );
    }
}
