//! Why did the mode change? What a vehicle said or suffered within moments of it, told as likely, never as known.
//!
//! Pure: texts, the vehicle object and time come in, entries go out.

use std::{sync::Arc, time::Duration};

use serde_json::json;

use super::journal::Entry;
use crate::model::{
    event::EventKind,
    time::TimeUs,
    vehicle::{ModeClass, Vehicle},
    words::{Severity, SystemStatus},
};

/// How long before a change its cause may have been heard.
const BEFORE: Duration = Duration::from_secs(5);
/// How long after a change its cause may still come.
const AFTER: Duration = Duration::from_secs(1);
/// Charge at which a return or landing is likely the battery's, percent.
const LOW_PERCENT: u8 = 25;

/// What a vehicle said lately that may explain what it does.
#[derive(Debug, Default)]
pub(super) struct Causes {
    said: Option<(TimeUs, Cause)>,
    unexplained: Option<(TimeUs, String)>,
    /// Which command makes the change of mode that is about to be believed, where one does.
    commanded: Option<String>,
}

/// One likely cause: what it is about, and the vehicle's own words where it had any.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Cause {
    about: String,
    text: Option<Arc<str>>,
}

impl Cause {
    fn words(&self) -> String {
        match &self.text {
            Some(text) => format!("{} (\"{text}\")", self.about),
            None => self.about.clone(),
        }
    }
}

impl Causes {
    /// A text of the vehicle. An entry when it explains a change that was already written down.
    pub(super) fn hear(&mut self, severity: Severity, text: &Arc<str>, t: TimeUs) -> Option<Entry> {
        let about = about(severity, text)?.to_owned();
        let text = Some(Arc::clone(text));
        let cause = Cause { about, text };
        let late = self.unexplained.take();
        let late = late.filter(|(changed, _)| t.since(*changed) <= AFTER);
        let entry = late.map(|(_, change)| {
            let text = format!("{change} likely because of: {}", cause.words());
            let data = json!({ "after": cause.words() });
            Entry::new(EventKind::Mode, Severity(5), text).with(data)
        });
        self.said = Some((t, cause));
        entry
    }

    /// The next change of mode is made by this command, or by none that is known.
    pub(super) fn foresee(&mut self, by: Option<String>) {
        self.commanded = by;
    }

    /// Another station commanded something. An entry when it explains a change that was already written down.
    pub(super) fn commanded(&mut self, who: &str, t: TimeUs) -> Option<Entry> {
        let late = self.unexplained.take();
        let (_, change) = late.filter(|(changed, _)| t.since(*changed) <= AFTER)?;
        let text = format!("{change} likely by {who}");
        Some(Entry::new(EventKind::Mode, Severity(5), text).with(json!({ "by": who })))
    }

    /// The mode of `vehicle`, as it was until now, changes to `to`.
    pub(super) fn mode_changes(
        &mut self,
        vehicle: &Vehicle,
        from: &str,
        (to, class): (&str, ModeClass),
        t: TimeUs,
    ) -> Entry {
        let change = format!("{from} → {to}");
        if let Some(by) = self.commanded.take() {
            self.unexplained = None;
            let data = json!({ "from": from, "to": to, "by": by });
            let text = format!("{change}, by {by}");
            return Entry::new(EventKind::Mode, mode_severity(class), text).with(data);
        }
        let said = self
            .said
            .as_ref()
            .filter(|(heard, _)| t.since(*heard) <= BEFORE && heard.since(t) <= AFTER)
            .map(|(_, cause)| cause.clone());
        let cause = said.or_else(|| suffered(vehicle, class, t));
        let (text, data) = if let Some(cause) = &cause {
            let words = cause.words();
            let data = json!({ "from": from, "to": to, "after": words });
            (format!("{change}, after: {words}"), data)
        } else {
            (change.clone(), json!({ "from": from, "to": to }))
        };
        self.unexplained = cause.is_none().then_some((t, change));
        Entry::new(EventKind::Mode, mode_severity(class), text).with(data)
    }
}

/// What the numbers of a vehicle say about a change that no text explains.
fn suffered(vehicle: &Vehicle, class: ModeClass, t: TimeUs) -> Option<Cause> {
    let is_fresh =
        |t_ms: Option<i64>| t_ms.is_some_and(|t_ms| t.since(TimeUs::from_ms(t_ms)) <= BEFORE);
    let breached = vehicle
        .fence
        .is_some_and(|fence| fence.breached == Some(true) && is_fresh(fence.t_ms));
    let comes_home = matches!(class, ModeClass::Return | ModeClass::Land);
    let low = vehicle
        .battery
        .filter(|battery| comes_home && is_fresh(battery.t_ms))
        .and_then(|battery| battery.remaining_percent)
        .filter(|percent| *percent <= LOW_PERCENT);
    let about = if breached {
        "fence breach".to_owned()
    } else if let Some(percent) = low {
        format!("battery {percent} %")
    } else if vehicle.system_status == Some(SystemStatus(5)) {
        "the autopilot reports a failsafe".to_owned()
    } else {
        return None;
    };
    Some(Cause { about, text: None })
}

/// What a text is about, when it is one that makes an autopilot change its mode.
fn about(severity: Severity, text: &str) -> Option<&'static str> {
    let text = text.to_lowercase();
    let has = |words: &[&str]| words.iter().any(|word| text.contains(word));
    let is_over = has(&["cleared", "resolved", "regained", "restored", "recovered"])
        || text.trim_end().ends_with(" off");
    if is_over || text.starts_with("prearm") || text.starts_with("arm:") {
        return None;
    }
    let is_gone = has(&["failsafe", "lost", "loss", "timeout"]);
    if text.contains("batt") && has(&["low", "critical", "failsafe", "emergency", "empty"]) {
        Some("battery failsafe")
    } else if text.contains("fence") && has(&["breach", "failsafe", "violat", "exceed", "outside"])
    {
        Some("fence breach")
    } else if has(&["rc ", "radio", "throttle", "manual control"]) && is_gone {
        Some("radio control lost")
    } else if has(&["gcs", "data link", "datalink", "ground station"]) && is_gone {
        Some("ground station lost")
    } else if has(&["ekf", "gps", "position"]) && (is_gone || has(&["variance", "glitch"])) {
        Some("position estimate")
    } else if has(&["failsafe", " event on"]) {
        Some("failsafe")
    } else {
        (severity <= Severity(2)).then_some("critical message")
    }
}

fn mode_severity(class: ModeClass) -> Severity {
    if matches!(class, ModeClass::Return | ModeClass::Land) {
        Severity(5)
    } else {
        Severity::INFO
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_that_make_an_autopilot_change_its_mode_are_known() {
        for (text, known) in [
            ("Battery 1 is low 10.5V used 300 mAh", "battery failsafe"),
            ("Low battery level! Return advised", "battery failsafe"),
            ("Fence Breached", "fence breach"),
            ("Radio Failsafe - Disarming", "radio control lost"),
            ("Manual control lost", "radio control lost"),
            ("GCS Failsafe", "ground station lost"),
            ("EKF variance", "position estimate"),
            ("Failsafe. Short event on: type 1/reason 3", "failsafe"),
        ] {
            assert_eq!(about(Severity(4), text), Some(known), "{text}");
        }
        assert_eq!(
            about(Severity(2), "Crash: Disarming"),
            Some("critical message")
        );
    }

    #[test]
    fn chatter_and_what_is_over_explain_nothing() {
        for text in [
            "Throttle failsafe off",
            "Battery failsafe cleared",
            "PreArm: Battery 1 low voltage failsafe",
        ] {
            assert_eq!(about(Severity(2), text), None, "{text}");
        }
        for text in ["Flight plan received", "Mission: 3 WP", "Fence enabled"] {
            assert_eq!(about(Severity(6), text), None, "{text}");
        }
    }
}
