//! One vehicle as the contract shows it (section 3): groups of numbers in SI units, each with the
//! moment it was last heard. Written by `fleet` alone; read by every screen, the server and the log.
//!
//! Nothing here is derived from "now". A thing never heard is absent.

use std::{borrow::Cow, sync::Arc};

use serde::Serialize;

use super::{
    groups::{
        Attitude, Battery, ClockOffset, Ekf, Fence, Gps, Heading, Home, Mission, Position,
        Processor, Rc, Throttle, Velocity, Vibration, Wind, WorstBattery,
    },
    ids::VehicleId,
    patch::{Table, object, plain_fields},
    sensors::Sensors,
    signing::PathSigning,
    words::{Autopilot, LandedState, MavType, Severity, SystemStatus},
};

object! {
    /// What is believed about one aircraft, boat or rover.
    #[derive(Debug, Clone, PartialEq)]
    Vehicle {
        /// Printable id.
        id: VehicleId,
        /// Name for people; the id where `fleet.toml` gives none.
        name: Arc<str>,
        /// The set of links in which its system id is unique.
        network: Arc<str>,
        /// MAVLink system id.
        sysid: u8,
        /// What the operator calls it.
        kind as "type": Option<Arc<str>>,
        /// The operator's category.
        category: Option<Arc<str>>,
        /// The operator's group.
        group: Option<Arc<str>>,
        /// The operator's colour.
        color: Option<Arc<str>>,
        /// Whose firmware.
        autopilot: Option<Autopilot>,
        /// What the autopilot says it is.
        mav_type: Option<MavType>,
        /// Firmware version, `4.5.7`.
        firmware: Option<Arc<str>>,
        /// Hardware id: uid2 in hex, else uid in decimal.
        uid: Option<Arc<str>>,
        /// Liveness by the autopilot's heartbeat.
        state: State,
        /// When the autopilot's heartbeat was last heard.
        heard_ms: Option<i64>,
        /// When it booted, by its own clock.
        booted_ms: Option<i64>,
        /// Whether the motors may turn.
        armed: Option<bool>,
        /// Since when it is armed.
        armed_since_ms: Option<i64>,
        /// Since when it flies.
        airborne_since_ms: Option<i64>,
        /// Mode as pymavlink names it.
        mode: Option<Cow<'static, str>>,
        /// What kind of mode that is.
        mode_class: Option<ModeClass>,
        /// The autopilot's own words for the mode.
        mode_label: Option<Arc<str>>,
        /// MAV_STATE.
        system_status: Option<SystemStatus>,
        /// On the ground or not, where the autopilot says.
        landed: Option<LandedState>,
        /// Where it is.
        position: Option<Position>,
        /// How fast it moves.
        velocity: Option<Velocity>,
        /// How it is tilted.
        attitude: Option<Attitude>,
        /// Where its nose points.
        heading: Option<Heading>,
        /// How hard it pushes.
        throttle: Option<Throttle>,
        /// The worst battery.
        battery: Option<WorstBattery>,
        /// Every battery by its id.
        batteries: Table<u8, Battery>,
        /// Receivers: 0 is GPS_RAW_INT, 1 is GPS2_RAW.
        gps: Table<u8, Gps>,
        /// Where it would return to.
        home: Option<Home>,
        /// Progress of the mission.
        mission: Option<Mission>,
        /// Estimator variances.
        ekf: Option<Ekf>,
        /// Vibration and clipping.
        vibration: Option<Vibration>,
        /// Wind estimate.
        wind: Option<Wind>,
        /// Radio control.
        rc: Option<Rc>,
        /// Geofence.
        fence: Option<Fence>,
        /// Processor load and the autopilot's own count of what it lost.
        processor: Option<Processor>,
        /// Its time of day, once it knows it.
        clock: Option<ClockOffset>,
        /// Sensor health by name.
        sensors: Option<Sensors>,
        /// Other components of the same system id.
        components: Table<u8, Component>,
        /// How it is heard.
        link: Option<Link>,
        /// Somebody else uses its system id.
        conflict: Option<Conflict>,
        /// The newest STATUSTEXT.
        last_text: Option<LastText>,
        /// Alerts that are raised.
        alerts: Table<Arc<str>, Alert>,
    }
}

impl super::patch::Field for VehicleId {}

impl Vehicle {
    /// The same vehicle with nothing but what the operator said of it.
    #[must_use]
    pub fn as_expected(&self) -> Self {
        let (id, name, network) = (self.id.clone(), self.name.clone(), self.network.clone());
        Self {
            kind: self.kind.clone(),
            category: self.category.clone(),
            group: self.group.clone(),
            color: self.color.clone(),
            ..Self::expected(id, name, network, self.sysid)
        }
    }

    /// Whether it was armed or flying when last heard, or never said that it was not.
    #[must_use]
    pub fn is_in_action(&self) -> bool {
        let flies = matches!(self.landed, Some(LandedState(2..=4)));
        self.armed != Some(false) || flies || self.airborne_since_ms.is_some()
    }

    /// A vehicle of which nothing has been heard.
    #[must_use]
    pub fn expected(id: VehicleId, name: Arc<str>, network: Arc<str>, sysid: u8) -> Self {
        Self {
            id,
            name,
            network,
            sysid,
            kind: None,
            category: None,
            group: None,
            color: None,
            autopilot: None,
            mav_type: None,
            firmware: None,
            uid: None,
            state: State::Expected,
            heard_ms: None,
            booted_ms: None,
            armed: None,
            armed_since_ms: None,
            airborne_since_ms: None,
            mode: None,
            mode_class: None,
            mode_label: None,
            system_status: None,
            landed: None,
            position: None,
            velocity: None,
            attitude: None,
            heading: None,
            throttle: None,
            battery: None,
            batteries: Table::default(),
            gps: Table::default(),
            home: None,
            mission: None,
            ekf: None,
            vibration: None,
            wind: None,
            rc: None,
            fence: None,
            processor: None,
            clock: None,
            sensors: None,
            components: Table::default(),
            link: None,
            conflict: None,
            last_text: None,
            alerts: Table::default(),
        }
    }
}

/// Liveness by the autopilot's heartbeat.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum State {
    /// Listed, never heard.
    Expected,
    /// Heard within 1.5 s.
    Live,
    /// No heartbeat for more than 1.5 s; display only.
    Late,
    /// No heartbeat for more than 3.5 s.
    Lost,
}

impl State {
    /// The state behind a word of the contract; `None` for one newer than this build.
    #[must_use]
    pub fn from_word(word: &str) -> Option<Self> {
        [Self::Expected, Self::Live, Self::Late, Self::Lost]
            .into_iter()
            .find(|state| state.word() == word)
    }

    /// The word of the contract.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Expected => "expected",
            Self::Live => "live",
            Self::Late => "late",
            Self::Lost => "lost",
        }
    }
}

/// What kind of mode the vehicle is in, whatever its firmware calls it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum ModeClass {
    /// The pilot's sticks alone.
    Manual,
    /// The pilot with help.
    Assisted,
    /// Flown from outside, point by point.
    Guided,
    /// Follows a stored mission.
    Mission,
    /// Goes home.
    Return,
    /// Comes down.
    Land,
    /// Stays where it is.
    Hold,
    /// Goes up.
    Takeoff,
    /// Anything else.
    Other,
}

plain_fields!(
    State,
    ModeClass,
    Autopilot,
    MavType,
    SystemStatus,
    LandedState,
    Severity
);

object! {
    /// Another component of the same system id.
    #[derive(Debug, Clone, Copy, PartialEq)]
    Component {
        /// What it says it is; absent until it sends a heartbeat.
        kind as "type": Option<MavType>,
    }
}

object! {
    /// How the vehicle is heard.
    #[derive(Debug, Clone, PartialEq)]
    Link {
        /// The link whose frames make this object.
        via: Arc<str>,
        /// Every way it is heard, by link name.
        paths: Table<Arc<str>, Path>,
    }
}

object! {
    /// One way a vehicle is heard; rates and loss change once a second.
    #[derive(Debug, Clone, PartialEq, Default)]
    Path {
        /// Remote address.
        peer: Option<Arc<str>>,
        /// When its heartbeat was last heard here.
        heard_ms: Option<i64>,
        /// Frames of the vehicle, per second.
        frames_per_s: Option<f64>,
        /// Lost by sequence numbers, percent of the last seconds.
        loss_percent: Option<f64>,
        /// Frames that came twice, since the start.
        duplicates: Option<u64>,
        /// Frames that came late, since the start.
        reordered: Option<u64>,
        /// Round trip, ms.
        rtt_ms: Option<f64>,
        /// RADIO_STATUS rssi as the radio sends it.
        rssi: Option<u8>,
        /// The rates this station asks for here; absent where it asks for nothing.
        asked: Option<AskedRates>,
        /// `signed`, `unsigned` or `mixed`; absent where the link does not look.
        signing: Option<PathSigning>,
    }
}

object! {
    /// Rates this station asks of a vehicle, Hz; 0 is stopped, absent is left alone.
    #[derive(Debug, Clone, PartialEq, Default)]
    AskedRates {
        /// GLOBAL_POSITION_INT, VFR_HUD.
        position_hz: Option<f64>,
        /// ATTITUDE.
        attitude_hz: Option<f64>,
        /// SYS_STATUS, GPS_RAW_INT and the other slow ones.
        status_hz: Option<f64>,
        /// Messages that come at another rate whatever is asked, and are asked for no more.
        overruled: Option<Vec<Arc<str>>>,
        /// The station that was heard asking for another rate, `SYSID/COMPID`.
        overruled_by: Option<Arc<str>>,
    }
}

object! {
    /// Two senders claim one system id.
    #[derive(Debug, Clone, PartialEq)]
    Conflict {
        /// Since when.
        since_ms: i64,
        /// Why they cannot be one vehicle: `uid`, `boot_time` or `sequence`.
        why: Arc<str>,
        /// The addresses whose frames are withheld.
        peers: Vec<Arc<str>>,
    }
}

object! {
    /// The newest STATUSTEXT.
    #[derive(Debug, Clone, PartialEq)]
    LastText {
        /// MAV_SEVERITY.
        severity: Severity,
        /// Without control characters.
        text: Arc<str>,
        /// When heard.
        t_ms: Option<i64>,
    }
}

object! {
    /// An alert that is raised.
    #[derive(Debug, Clone, PartialEq)]
    Alert {
        /// `info`, `warning` or `critical`.
        severity: Arc<str>,
        /// Since when.
        since_ms: i64,
        /// Somebody has seen it.
        acknowledged: bool,
    }
}
