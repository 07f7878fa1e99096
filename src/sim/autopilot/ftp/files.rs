//! The files an autopilot shows over MAVLink FTP: few, made up, and the same every time they are read.

use crate::sim::autopilot::firmware::Firmware;
use crate::sim::params::Params;
use crate::sim::params::packed::{Part, pack};
use crate::sim::random::Random;

/// ArduPilot's file of all parameters.
const PACKED: &str = "@PARAM/param.pck";
/// What is said to be its size per parameter: nobody counts it beforehand.
const BYTES_PER_PARAM: u32 = 12;

/// One made-up file: its whole path and its size in bytes.
type Made = (&'static str, usize);

const ARDUPILOT: &[Made] = &[
    ("/APM/LOGS/00000001.BIN", 18_240),
    ("/APM/LOGS/00000002.BIN", 61_007),
    ("/APM/LOGS/LASTLOG.TXT", 3),
    ("/@ROMFS/hwdef.dat", 2_412),
];
const PX4: &[Made] = &[
    ("/fs/microsd/dataman", 61_120),
    ("/fs/microsd/log/2026-11-22/06_50_03.ulg", 48_311),
    ("/fs/microsd/log/2026-11-22/07_12_44.ulg", 9_002),
    ("/etc/extras/component_general.json.xz", 760),
];

/// What stands behind an open file.
#[derive(Debug, Clone)]
pub(super) enum Content {
    /// The bytes themselves.
    Bytes(Vec<u8>),
    /// A packed parameter file: laid out when the reader's block size is known.
    Packed(Part),
}

/// Why a file cannot be had.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum NoFile {
    /// There is none of this name.
    NotFound,
    /// Its name asks for what makes no sense.
    Invalid,
}

/// Opens a file; says what it holds and what size it claims.
pub(super) fn open(
    firmware: Firmware,
    path: &str,
    params: &Params,
) -> Result<(Content, u32), NoFile> {
    if let Some(rest) = path
        .strip_prefix(PACKED)
        .filter(|_| firmware == Firmware::ArduPilot)
    {
        let arguments = match rest.strip_prefix('?') {
            Some(arguments) => arguments,
            None if rest.is_empty() => "",
            None => return Err(NoFile::NotFound),
        };
        let part = Part::parse(arguments).ok_or(NoFile::Invalid)?;
        let size = u32::from(params.len()) * BYTES_PER_PARAM;
        return Ok((Content::Packed(part), size));
    }
    let wanted = format!("/{}", path.trim_start_matches('/'));
    let found = files(firmware).iter().find(|(name, _)| *name == wanted);
    let (name, size) = found.ok_or(NoFile::NotFound)?;
    Ok((Content::Bytes(made(name, *size)), *size as u32))
}

/// A packed file for readers of `block` bytes; `None` when it would begin behind the end.
pub(super) fn lay_out(params: &Params, part: Part, block: usize) -> Option<Vec<u8>> {
    pack(params, part, block)
}

/// The entries of a folder as they travel (`Dname` or `Fname<tab>size`); `None` when there is no such folder.
pub(super) fn list(firmware: Firmware, folder: &str) -> Option<Vec<String>> {
    let inside = format!("/{}", folder.trim_matches('/'));
    let inside = inside.trim_end_matches('/');
    let mut entries = Vec::new();
    for (name, size) in files(firmware) {
        let rest = name
            .strip_prefix(inside)
            .and_then(|rest| rest.strip_prefix('/'));
        let entry = match rest.map(|rest| (rest, rest.split_once('/'))) {
            Some((_, Some((folder, _)))) => format!("D{folder}"),
            Some((file, None)) => format!("F{file}\t{size}"),
            None => continue,
        };
        if !entries.contains(&entry) {
            entries.push(entry);
        }
    }
    (!entries.is_empty()).then_some(entries)
}

const fn files(firmware: Firmware) -> &'static [Made] {
    match firmware {
        Firmware::ArduPilot => ARDUPILOT,
        Firmware::Px4 => PX4,
    }
}

/// Bytes that follow from the name, so that a transfer can be checked.
fn made(name: &str, size: usize) -> Vec<u8> {
    let seed = name
        .bytes()
        .fold(0, |seed: u64, byte| seed.wrapping_mul(31) + u64::from(byte));
    let mut random = Random::from_seed(seed);
    (0..size).map(|_| random.next_u64() as u8).collect()
}
