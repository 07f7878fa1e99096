//! Has it started anew, and what does its clock say? From SYSTEM_TIME and the boot time of positions.

use std::time::Duration;

use serde_json::json;

use super::Record;
use crate::{
    fleet::{
        boot_clock::{BootClock, fell_back},
        journal::{Desk, Entry},
    },
    model::{
        event::EventKind, groups::ClockOffset, report::SystemTime, time::TimeUs, words::Severity,
    },
};

/// A boot clock that falls back by more than this has restarted.
const REBOOT_STEP_MS: u32 = 2_000;
/// The boot time of positions jumps by seconds in some firmware (MAVProxy leaves it out for that).
const POSITION_STEP_MS: u32 = 30_000;
/// A boot time that moves by less is jitter of the link.
const BOOT_JITTER: Duration = Duration::from_secs(2);
/// A clock that is off by more is told, once; it has to come this much closer to be told again.
const OFF_MS: u64 = 2_000;
const RIGHT_MS: u64 = 1_000;

impl Record {
    /// SYSTEM_TIME (<https://mavlink.io/en/messages/common.html#SYSTEM_TIME>).
    pub(super) fn time(&mut self, time: SystemTime, desk: &mut Desk<'_>) {
        let restarted = fell_back(&mut self.boot.system_ms, time.boot_ms, REBOOT_STEP_MS);
        if restarted {
            self.rebooted(desk);
            self.boot.system_ms = Some(time.boot_ms);
        }
        let booted_ms = desk.t.as_ms() - i64::from(time.boot_ms);
        let object = self.object();
        let moved = object.booted_ms.is_none_or(|was| {
            was.abs_diff(booted_ms) > u64::try_from(BOOT_JITTER.as_millis()).unwrap_or(u64::MAX)
        });
        if moved {
            object.booted_ms = Some(booted_ms);
        }
        let utc_us = time.utc_us.and_then(|utc_us| i64::try_from(utc_us).ok());
        match utc_us {
            Some(utc_us) => self.time_of_day(TimeUs(utc_us), desk),
            None if object.clock.is_some() => object.clock = None,
            None => {}
        }
    }

    /// The boot time in a position. SYSTEM_TIME is asked for too, but a vehicle need not send it.
    pub(super) fn boot_time_of_position(&mut self, boot_ms: u32, desk: &mut Desk<'_>) {
        // 0 is a sender that leaves the field alone.
        if boot_ms == 0 {
            return;
        }
        if fell_back(&mut self.boot.position_ms, boot_ms, POSITION_STEP_MS) {
            self.rebooted(desk);
            self.boot.position_ms = Some(boot_ms);
        }
    }

    /// What its clock showed when it sent, half a round trip ago, against this station's.
    fn time_of_day(&mut self, utc: TimeUs, desk: &mut Desk<'_>) {
        let way = self.round_trip().map_or(Duration::ZERO, |trip| trip / 2);
        let sent_ms = (desk.t.0 - i64::try_from(way.as_micros()).unwrap_or(0)) / 1_000;
        let offset_ms = utc.as_ms() - sent_ms;
        self.object().clock = Some(ClockOffset {
            offset_ms: Some(offset_ms),
            t_ms: Some(desk.t.as_ms()),
        });
        let off_ms = offset_ms.unsigned_abs();
        if self.boot.is_told {
            self.boot.is_told = off_ms > RIGHT_MS;
        } else if off_ms > OFF_MS {
            self.boot.is_told = true;
            let seconds = (offset_ms as f64 / 1_000.0).abs();
            let way = if offset_ms > 0 { "ahead of" } else { "behind" };
            let text = format!("its clock is {seconds:.1} s {way} this station's");
            let data = json!({ "offset_ms": offset_ms });
            let entry = Entry::new(EventKind::System, Severity::INFO, text).with(data);
            self.note(desk, entry);
        }
    }

    /// What a restart makes untrue is forgotten and asked again.
    fn rebooted(&mut self, desk: &mut Desk<'_>) {
        self.note(
            desk,
            Entry::new(
                EventKind::State,
                Severity::WARNING,
                "rebooted: its boot clock started anew",
            ),
        );
        self.boots += 1;
        self.boot = BootClock::default();
        self.going = None;
        self.enquiries.clear();
        self.clocks.forget();
        if !self.held.is_empty() {
            std::sync::Arc::make_mut(&mut self.held).doubt("it restarted since");
        }
        self.offered_modes.clear();
        let object = self.object();
        object.booted_ms = None;
        object.clock = None;
        object.home = None;
        object.mission = None;
        object.airborne_since_ms = None;
        object.landed = None;
    }
}
