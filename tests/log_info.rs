//! `volery log info --json` against what pymavlink finds in the same recordings.

#[path = "support/station.rs"]
#[expect(dead_code, reason = "no station is started here")]
mod support;

use std::process::Command;

use serde_json::Value;
use support::{Outcome, recording};

fn info(path: &std::path::Path) -> Outcome<Value> {
    let output = Command::new(env!("CARGO_BIN_EXE_volery"))
        .args(["log", "info", "--json"])
        .arg(path)
        .output()?;
    assert!(
        output.status.success(),
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );
    Ok(serde_json::from_slice(&output.stdout)?)
}

#[test]
fn every_figure_of_a_recording_is_what_pymavlink_finds() -> Outcome {
    for name in [
        "sitl-copter_mission",
        "sitl-plane_mission",
        "sitl-px4_quad",
        "sitl-three_copters",
    ] {
        let (path, expected) = recording(name)?;
        let found = info(&path)?;
        for (ours, theirs) in [
            ("bytes", "bytes"),
            ("frames", "frames"),
            ("frames_v1", "frames_v1"),
            ("frames_v2", "frames_v2"),
            ("bad_crc_frames", "bad_crc_frames"),
            ("unknown_frames", "unverifiable_frames"),
            ("junk_bytes", "junk_bytes"),
            ("first_us", "first_ts_us"),
            ("last_us", "last_ts_us"),
            ("messages", "total_counts"),
        ] {
            assert_eq!(found[ours], expected[theirs], "{name}: {ours}");
        }
        let vehicles = expected["vehicles"].as_object().ok_or("no vehicles")?;
        assert_eq!(
            found["vehicles"].as_object().map(serde_json::Map::len),
            Some(vehicles.len()),
            "{name}"
        );
        for (id, expected) in vehicles {
            check_vehicle(&format!("{name} {id}"), &found["vehicles"][id], expected);
        }
        check_components(name, &found, &expected);
    }
    Ok(())
}

fn check_vehicle(what: &str, found: &Value, expected: &Value) {
    for key in ["modes", "armed", "max_alt_rel_m", "distance_m", "texts"] {
        assert_eq!(found[key], expected[key], "{what}: {key}");
    }
    let (last, theirs) = (&found["final"], &expected["final"]);
    assert_eq!(last["mode"], theirs["mode"], "{what}");
    for key in ["lat_deg", "lon_deg", "alt_rel_m", "t_ms"] {
        assert_eq!(last["position"][key], theirs[key], "{what}: {key}");
    }
}

/// Frames and loss of a vehicle are those of all its components together.
fn check_components(name: &str, found: &Value, expected: &Value) {
    for vehicle in found["vehicles"]
        .as_object()
        .into_iter()
        .flat_map(serde_json::Map::values)
    {
        let of_vehicle = |key: &str| -> u64 {
            let components = expected["components"].as_array().into_iter().flatten();
            components
                .filter(|c| c["sysid"] == vehicle["sysid"])
                .filter_map(|c| c[key].as_u64())
                .sum()
        };
        assert_eq!(vehicle["frames"], of_vehicle("frames"), "{name}");
        assert_eq!(vehicle["lost_frames"], of_vehicle("seq_lost"), "{name}");
    }
}

#[test]
fn a_file_without_mavlink_is_refused_in_one_sentence() -> Outcome {
    let folder = tempfile::tempdir()?;
    let path = folder.path().join("letter.txt");
    std::fs::write(&path, "Dear station, I am no recording. ".repeat(50))?;
    for (path, words) in [
        (path, "holds no MAVLink"),
        (folder.path().join("none.tlog"), "no such file"),
    ] {
        let output = Command::new(env!("CARGO_BIN_EXE_volery"))
            .args(["log", "info"])
            .arg(&path)
            .output()?;
        let said = String::from_utf8(output.stderr)?;
        assert_eq!(output.status.code(), Some(1));
        assert!(said.contains(words) && said.lines().count() == 1, "{said}");
        assert!(output.stdout.is_empty());
    }
    Ok(())
}
