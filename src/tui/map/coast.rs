//! The built-in coast and borders: decoded once, when a map is first drawn; a damaged file is an error value.
//!
//! `assets/map/make.py` writes the file and describes it. Lines are kept in pieces of up to 48 points
//! with a cap of the sphere around each, so that what is far from the view costs one product.

use std::sync::OnceLock;

use super::projection::{Place, Projection, place};
use crate::model::geo::LatLon;

/// Made by `assets/map/make.py`.
const FILE: &[u8] = include_bytes!("../../../assets/map/coast.bin");
/// Points of a piece.
const PIECE: usize = 48;
/// A level is used while its error is smaller than so many dots.
const ERROR_DOTS: f64 = 1.5;
/// Beyond so many dots of error even the finest level would be mistaken for the ground.
const WORST_DOTS: f64 = 12.0;

/// What is wrong with the file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum CoastError {
    /// Other first bytes.
    #[error("the coast is no VMAP1 file")]
    Magic,
    /// The bytes are not those that were written.
    #[error("the coast is damaged: its check sum differs")]
    Checksum,
    /// It ends in the middle of something.
    #[error("the coast ends early")]
    Truncated,
    /// A number that cannot be.
    #[error("the coast has an impossible number")]
    Impossible,
}

/// A few points of a coast or a border.
#[derive(Debug, Clone)]
pub struct Piece {
    /// Whether it is a border between countries.
    pub is_border: bool,
    /// The points in order.
    pub points: Vec<Place>,
    centre: Place,
    /// Cosine of the angle from the centre to the farthest point, and its sine.
    cap: (f64, f64),
}

/// Pieces of one level of detail.
#[derive(Debug, Clone)]
struct Level {
    error_m: f64,
    pieces: Vec<Piece>,
}

/// All levels, coarsest first.
#[derive(Debug, Clone)]
pub struct Coast {
    levels: Vec<Level>,
}

/// The built-in coast.
///
/// # Errors
/// What is wrong with the file in this build.
pub fn coast() -> Result<&'static Coast, CoastError> {
    static COAST: OnceLock<Result<Coast, CoastError>> = OnceLock::new();
    COAST
        .get_or_init(|| Coast::decode(FILE))
        .as_ref()
        .map_err(|error| *error)
}

impl Coast {
    /// Reads a file.
    ///
    /// # Errors
    /// Says in what way the bytes are no coast; never panics.
    pub fn decode(file: &[u8]) -> Result<Self, CoastError> {
        let (body, sum) = file.split_last_chunk::<4>().ok_or(CoastError::Truncated)?;
        let rest = body.strip_prefix(b"VMAP1").ok_or(CoastError::Magic)?;
        if fnv1a(body) != u32::from_le_bytes(*sum) {
            return Err(CoastError::Checksum);
        }
        let mut reader = Reader { rest };
        let count = reader.byte()?;
        let mut levels = Vec::new();
        for _ in 0..count {
            levels.push(level(&mut reader)?);
        }
        Ok(Self { levels })
    }

    /// The pieces that may be in a view, at the detail it can show; none where the file is too coarse.
    pub fn pieces(&self, view: &Projection) -> impl Iterator<Item = &Piece> {
        let error_dots = |level: &&Level| level.error_m / view.m_per_dot();
        let level = self
            .levels
            .iter()
            .find(|level| error_dots(level) <= ERROR_DOTS)
            .or_else(|| {
                self.levels
                    .last()
                    .filter(|level| error_dots(level) <= WORST_DOTS)
            });
        let (axis, reach_cos) = (view.axis(), view.reach_cos());
        let reach_sin = (1.0 - reach_cos * reach_cos).max(0.0).sqrt();
        level
            .into_iter()
            .flat_map(|level| &level.pieces)
            .filter(move |piece| piece.is_near(&axis, reach_cos, reach_sin))
    }
}

impl Piece {
    fn new(is_border: bool, points: Vec<Place>) -> Self {
        let sum = points.iter().fold([0.0; 3], |sum: Place, point| {
            std::array::from_fn(|n| sum[n] + point[n])
        });
        let length = sum.iter().map(|part| part * part).sum::<f64>().sqrt();
        let centre = if length > 0.0 {
            sum.map(|part| part / length)
        } else {
            [0.0, 0.0, 1.0]
        };
        let cos = points
            .iter()
            .map(|point| product(point, &centre))
            .fold(1.0, f64::min);
        Self {
            is_border,
            points,
            centre,
            cap: (cos, (1.0 - cos * cos).max(0.0).sqrt()),
        }
    }

    /// Whether the angle to the axis is at most reach and cap together: cos(a + b) by its sum formula.
    fn is_near(&self, axis: &Place, reach_cos: f64, reach_sin: f64) -> bool {
        let (cap_cos, cap_sin) = self.cap;
        let is_all = reach_cos < 0.0 && cap_cos < -reach_cos;
        is_all || product(axis, &self.centre) >= reach_cos * cap_cos - reach_sin * cap_sin - 1e-9
    }
}

fn product(a: &Place, b: &Place) -> f64 {
    a[0] * b[0] + a[1] * b[1] + a[2] * b[2]
}

fn level(reader: &mut Reader<'_>) -> Result<Level, CoastError> {
    let error_m = f64::from(reader.u16()?);
    let steps_per_degree = f64::from(reader.u16()?);
    let (lines, bytes) = (reader.u32()?, reader.u32()?);
    if steps_per_degree < 1.0 {
        return Err(CoastError::Impossible);
    }
    let mut reader = reader.take(bytes as usize)?;
    let (mut x, mut y) = (0, 0);
    let mut pieces = Vec::new();
    for _ in 0..lines {
        let head = reader.varint()?;
        let mut points = Vec::new();
        for n in 0..head >> 1 {
            let (dx, dy) = reader.step(n == 0)?;
            (x, y) = (x + dx, y + dy);
            let at = LatLon {
                lat_deg: f64::from(y) / steps_per_degree,
                lon_deg: f64::from(x) / steps_per_degree,
            };
            if at.lat_deg.abs() > 90.1 || at.lon_deg.abs() > 180.1 {
                return Err(CoastError::Impossible);
            }
            points.push(place(at));
        }
        // Neighbours share a point, so that the line goes on.
        let mut first = 0;
        while first + 1 < points.len() {
            let end = (first + PIECE).min(points.len());
            pieces.push(Piece::new(head & 1 == 1, points[first..end].to_vec()));
            first = end - 1;
        }
    }
    Ok(Level { error_m, pieces })
}

fn fnv1a(bytes: &[u8]) -> u32 {
    bytes.iter().fold(0x811c_9dc5, |hash, byte| {
        (hash ^ u32::from(*byte)).wrapping_mul(0x0100_0193)
    })
}

struct Reader<'a> {
    rest: &'a [u8],
}

impl<'a> Reader<'a> {
    fn take(&mut self, bytes: usize) -> Result<Self, CoastError> {
        let (taken, rest) = self
            .rest
            .split_at_checked(bytes)
            .ok_or(CoastError::Truncated)?;
        self.rest = rest;
        Ok(Reader::<'a> { rest: taken })
    }

    fn chunk<const N: usize>(&mut self) -> Result<[u8; N], CoastError> {
        let (chunk, rest) = self
            .rest
            .split_first_chunk::<N>()
            .ok_or(CoastError::Truncated)?;
        self.rest = rest;
        Ok(*chunk)
    }

    fn byte(&mut self) -> Result<u8, CoastError> {
        self.chunk::<1>().map(|[byte]| byte)
    }

    fn u16(&mut self) -> Result<u16, CoastError> {
        self.chunk().map(u16::from_le_bytes)
    }

    fn u32(&mut self) -> Result<u32, CoastError> {
        self.chunk().map(u32::from_le_bytes)
    }

    /// At most 28 bits, seven to the byte.
    fn varint(&mut self) -> Result<u32, CoastError> {
        let mut value = 0;
        for shift in [0, 7, 14, 21] {
            let byte = self.byte()?;
            value |= u32::from(byte & 0x7f) << shift;
            if byte & 0x80 == 0 {
                return Ok(value);
            }
        }
        Err(CoastError::Impossible)
    }

    fn zigzag(&mut self) -> Result<i32, CoastError> {
        let value = self.varint()?;
        let half = (value >> 1) as i32;
        Ok(if value & 1 == 0 { half } else { -half - 1 })
    }

    /// The way to the next point: two nibbles, or two numbers after a zero and at the start of a line.
    fn step(&mut self, is_first: bool) -> Result<(i32, i32), CoastError> {
        if !is_first {
            let byte = self.byte()?;
            if byte != 0 {
                return Ok((i32::from(byte >> 4) - 8, i32::from(byte & 15) - 8));
            }
        }
        Ok((self.zigzag()?, self.zigzag()?))
    }
}

#[cfg(test)]
mod tests;
