//! `/metrics`: the station in Prometheus text, read from the newest snapshot at the moment of asking.
//!
//! Bounded: one row per link, and per vehicle for the first thousand.

use std::{fmt, sync::Arc, sync::atomic::Ordering};

use axum::{
    extract::State,
    http::{HeaderMap, StatusCode, header},
    response::{IntoResponse, Response},
};
use prometheus_client::{
    collector::Collector,
    encoding::{DescriptorEncoder, NoLabelSet, text::encode},
    metrics::MetricType,
    registry::Registry,
};

use super::{hub::Hub, refusal::Refusal};
use crate::model::{
    forward_state::ForwardState,
    link::{LinkPhase, LinkState},
    snapshot::Snapshot,
    vehicle::{State as Liveness, Vehicle},
};

const OPEN_METRICS: &str = "application/openmetrics-text; version=1.0.0; charset=utf-8";
/// For whoever does not ask for OpenMetrics; the same lines are valid in both.
const PLAIN: &str = "text/plain; version=0.0.4; charset=utf-8";
const MOST_VEHICLES: usize = 1_000;

type VehicleGauge = (&'static str, &'static str, fn(&Vehicle) -> Option<f64>);
type LinkNumber = (&'static str, &'static str, fn(&LinkState) -> Option<u64>);
type ForwardNumber = (&'static str, &'static str, fn(&ForwardState) -> Option<u64>);
type LinkGauge = (&'static str, &'static str, fn(&LinkState) -> Option<f64>);

const VEHICLE_GAUGES: [VehicleGauge; 10] = [
    (
        "heard_timestamp_seconds",
        "When its heartbeat was last heard",
        |v| v.heard_ms.map(|ms| ms as f64 / 1_000.0),
    ),
    ("live", "1 while its heartbeat is heard, else 0", |v| {
        Some(f64::from(v.state == Liveness::Live))
    }),
    ("lost", "1 when its heartbeat is lost, else 0", |v| {
        Some(f64::from(v.state == Liveness::Lost))
    }),
    ("armed", "1 when armed", |v| v.armed.map(f64::from)),
    ("battery_percent", "Charge of the worst battery", |v| {
        v.battery?.remaining_percent.map(f64::from)
    }),
    ("battery_volts", "Voltage of the worst battery", |v| {
        v.battery?.voltage_v
    }),
    ("altitude_meters", "Height above home", |v| {
        v.position?.alt_rel_m
    }),
    ("groundspeed_meters_per_second", "Speed over ground", |v| {
        v.velocity?.groundspeed_m_s
    }),
    ("loss_percent", "Frames lost on the path in use", |v| {
        let link = v.link.as_ref()?;
        link.paths.get(&link.via)?.loss_percent
    }),
    ("alerts", "Alerts raised", |v| Some(v.alerts.len() as f64)),
];

const LINK_COUNTERS: [LinkNumber; 12] = [
    ("frames", "Frames received", |l| l.frames),
    ("bad_crc", "Frames whose CRC failed", |l| l.bad_crc),
    ("unknown_frames", "Frames of no known id", |l| l.unknown),
    ("junk_bytes", "Bytes of no frame", |l| l.junk_bytes),
    ("kernel_drops", "Datagrams lost in the kernel", |l| {
        l.kernel_drops
    }),
    ("queue_drops", "Reports lost before the fleet", |l| {
        l.queue_drops
    }),
    ("sent_frames", "Frames sent", |l| l.sent_frames),
    ("send_errors", "Frames that could not be sent", |l| {
        l.send_errors
    }),
    ("signed_frames", "Frames signed with its key", |l| {
        Some(l.signing?.signed)
    }),
    (
        "bad_signatures",
        "Frames refused: another key, or damaged",
        |l| Some(l.signing?.bad_signature),
    ),
    (
        "replayed_frames",
        "Frames refused: a time stamp used before, or too old",
        |l| Some(l.signing?.replayed),
    ),
    (
        "refused_unsigned_frames",
        "Frames refused: unsigned or MAVLink 1",
        |l| Some(l.signing?.refused_unsigned),
    ),
];

const FORWARD_COUNTERS: [ForwardNumber; 9] = [
    ("sent_frames", "Frames sent", |f| f.sent_frames),
    (
        "dropped_frames",
        "Frames the other side was too slow for",
        |f| f.dropped_frames,
    ),
    (
        "looped_frames",
        "Frames that had been that way before",
        |f| f.looped_frames,
    ),
    ("send_errors", "Frames that could not be sent", |f| {
        f.send_errors
    }),
    ("received_frames", "Frames of the other station", |f| {
        f.received_frames
    }),
    ("passed_frames", "Of those, sent to one vehicle", |f| {
        f.passed_frames
    }),
    ("broadcast_frames", "Of those, sent to every vehicle", |f| {
        f.broadcast_frames
    }),
    ("ignored_frames", "Of those, not sent on", |f| {
        f.ignored_frames
    }),
    (
        "refused_frames",
        "Of those, carrying a key: never sent on",
        |f| f.refused_frames,
    ),
];

const LINK_GAUGES: [LinkGauge; 4] = [
    ("bytes_per_s", "Bytes received per second", |l| {
        l.bytes_per_s
    }),
    (
        "budget_bytes_per_s",
        "What the vehicles of the link are asked to stay within",
        |l| l.budget_bytes_per_s,
    ),
    (
        "asked_bytes_per_s",
        "What the asked rates bring at most",
        |l| l.asked_bytes_per_s,
    ),
    (
        "throttle_percent",
        "Part of the wanted rates that is asked for; less than 100 while a radio is full",
        |l| Some(l.throttle_percent.map_or(100.0, f64::from)),
    ),
];

/// The text.
pub(super) async fn metrics(
    State(hub): State<Arc<Hub>>,
    asked: HeaderMap,
) -> Result<Response, Refusal> {
    let mut registry = Registry::with_prefix("volery");
    let reading = Reading {
        newest: hub.newest(),
        hub,
    };
    registry.register_collector(Box::new(reading));
    let mut text = String::new();
    if let Err(error) = encode(&mut text, &registry) {
        tracing::error!(%error, "metrics could not be written");
        return Err(Refusal::too_busy("the metrics could not be written"));
    }
    let accepts = asked.get_all(header::ACCEPT).iter();
    let mut accepts = accepts.filter_map(|value| value.to_str().ok());
    let content_type = if accepts.any(|value| value.contains("application/openmetrics-text")) {
        OPEN_METRICS
    } else {
        PLAIN
    };
    let headers = [(header::CONTENT_TYPE, content_type)];
    Ok((StatusCode::OK, headers, text).into_response())
}

#[derive(Debug)]
struct Reading {
    newest: Arc<Snapshot>,
    hub: Arc<Hub>,
}

impl Collector for Reading {
    fn encode(&self, mut encoder: DescriptorEncoder<'_>) -> Result<(), fmt::Error> {
        self.station(&mut encoder)?;
        self.log(&mut encoder)?;
        self.links(&mut encoder)?;
        self.forwards(&mut encoder)?;
        self.vehicles(&mut encoder)
    }
}

impl Reading {
    fn station(&self, encoder: &mut DescriptorEncoder<'_>) -> Result<(), fmt::Error> {
        let (hub, newest) = (&self.hub, &self.newest);
        let gauges = [
            ("vehicles", "Vehicles known", newest.vehicles.len()),
            ("clients", "WebSocket clients", hub.guests.clients()),
            ("connections", "Open connections", hub.guests.connections()),
        ];
        for (name, help, value) in gauges {
            encoder
                .encode_descriptor(name, help, None, MetricType::Gauge)?
                .encode_gauge(&(value as i64))?;
        }
        let load = |counter: &std::sync::atomic::AtomicU64| counter.load(Ordering::Relaxed);
        let counters = [
            ("ticks", "Snapshots published", newest.seq),
            ("events", "Log book entries", newest.events.written()),
            (
                "messages_asked",
                "Messages clients were due",
                load(&hub.feed.asked),
            ),
            (
                "messages_encoded",
                "Messages made for them",
                load(&hub.feed.encoded),
            ),
            (
                "turned_away",
                "Connections refused",
                load(&hub.guests.turned_away),
            ),
            (
                "given_up",
                "Clients closed because they took or said nothing",
                load(&hub.guests.given_up),
            ),
            (
                "dropped_frames",
                "Frames that readers of /ws/frames were too slow for",
                load(&hub.dropped_frames),
            ),
        ];
        for (name, help, value) in counters {
            encoder
                .encode_descriptor(name, help, None, MetricType::Counter)?
                .encode_counter::<NoLabelSet, _, u64>(&value, None)?;
        }
        Ok(())
    }

    fn log(&self, encoder: &mut DescriptorEncoder<'_>) -> Result<(), fmt::Error> {
        let Some(log) = self.hub.station.health.log_figures() else {
            return Ok(());
        };
        let gauges = [
            (
                "log_well",
                "1 while the flight log is written",
                f64::from(log.well),
            ),
            ("log_bytes", "Flight log on disk", log.bytes as f64),
            (
                "log_queue_bytes",
                "Waiting for the disk",
                log.queue_bytes as f64,
            ),
            (
                "log_rows_per_second",
                "Rows written in the last second",
                log.rows_per_s,
            ),
        ];
        for (name, help, value) in gauges {
            encoder
                .encode_descriptor(name, help, None, MetricType::Gauge)?
                .encode_gauge(&value)?;
        }
        let counters = [
            ("log_frames", "Frames written", log.frames),
            (
                "log_missing",
                "Frames, rows and events that could not be written",
                log.missing,
            ),
        ];
        for (name, help, value) in counters {
            encoder
                .encode_descriptor(name, help, None, MetricType::Counter)?
                .encode_counter::<NoLabelSet, _, u64>(&value, None)?;
        }
        Ok(())
    }

    fn links(&self, encoder: &mut DescriptorEncoder<'_>) -> Result<(), fmt::Error> {
        let links = &self.newest.links;
        let mut open = encoder.encode_descriptor(
            "link_open",
            "1 while the link is open, else 0",
            None,
            MetricType::Gauge,
        )?;
        for (name, link) in links {
            open.encode_family(&[("link", &**name)])?
                .encode_gauge(&i64::from(link.state == LinkPhase::Open))?;
        }
        for (name, help, read) in LINK_COUNTERS {
            let name = format!("link_{name}");
            let mut metric = encoder.encode_descriptor(&name, help, None, MetricType::Counter)?;
            for (link, value) in links.iter().filter_map(|(k, link)| Some((k, read(link)?))) {
                metric
                    .encode_family(&[("link", &**link)])?
                    .encode_counter::<NoLabelSet, _, u64>(&value, None)?;
            }
        }
        for (name, help, read) in LINK_GAUGES {
            let name = format!("link_{name}");
            let mut metric = encoder.encode_descriptor(&name, help, None, MetricType::Gauge)?;
            for (link, value) in links.iter().filter_map(|(k, link)| Some((k, read(link)?))) {
                metric
                    .encode_family(&[("link", &**link)])?
                    .encode_gauge(&value)?;
            }
        }
        Ok(())
    }

    fn forwards(&self, encoder: &mut DescriptorEncoder<'_>) -> Result<(), fmt::Error> {
        let forwards = &self.newest.forwards;
        if forwards.is_empty() {
            return Ok(());
        }
        let help = "1 while the forward is open, else 0";
        let mut open = encoder.encode_descriptor("forward_open", help, None, MetricType::Gauge)?;
        for (name, forward) in forwards {
            open.encode_family(&[("forward", &**name)])?
                .encode_gauge(&i64::from(forward.state == LinkPhase::Open))?;
        }
        for (name, help, read) in FORWARD_COUNTERS {
            let name = format!("forward_{name}");
            let mut metric = encoder.encode_descriptor(&name, help, None, MetricType::Counter)?;
            for (name, value) in forwards.iter().filter_map(|(k, one)| Some((k, read(one)?))) {
                metric
                    .encode_family(&[("forward", &**name)])?
                    .encode_counter::<NoLabelSet, _, u64>(&value, None)?;
            }
        }
        Ok(())
    }

    fn vehicles(&self, encoder: &mut DescriptorEncoder<'_>) -> Result<(), fmt::Error> {
        for (name, help, read) in VEHICLE_GAUGES {
            let name = format!("vehicle_{name}");
            let mut metric = encoder.encode_descriptor(&name, help, None, MetricType::Gauge)?;
            let shown = self.newest.vehicles.iter().take(MOST_VEHICLES);
            for (id, value) in shown.filter_map(|(id, vehicle)| Some((id, read(vehicle)?))) {
                metric
                    .encode_family(&[("vehicle", id.as_str())])?
                    .encode_gauge(&value)?;
            }
        }
        Ok(())
    }
}
