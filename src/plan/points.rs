//! The oldest fences and rally points of MAVProxy and Mission Planner: a place on each line.

use super::{
    document::{Format, PlanDocument},
    error::PlanError,
    fence::{self, Shape},
    wpl::{Word, lines},
};
use crate::model::{
    geo::LatLon,
    mission::{Frame, MissionItem},
    mission_command::RALLY_POINT,
};

fn place(lat: Word<'_>, lon: Word<'_>) -> Result<LatLon, PlanError> {
    let place = LatLon {
        lat_deg: lat.number()?,
        lon_deg: lon.number()?,
    };
    if place.lat_deg.is_nan() || place.lat_deg.abs() > 90.0 {
        return Err(lat.error(format!("{} is no latitude", lat.text)));
    }
    if place.lon_deg.is_nan() || place.lon_deg.abs() > 180.0 {
        return Err(lon.error(format!("{} is no longitude", lon.text)));
    }
    Ok(place)
}

/// Latitude and longitude: the first is where to return, the others are a polygon that closes itself.
///
/// # Errors
/// What is wrong, with line and column.
pub(super) fn read_fence(text: &str) -> Result<PlanDocument, PlanError> {
    let mut places = Vec::new();
    let mut last_line = 1;
    for words in lines(text) {
        let [lat, lon] = words[..] else {
            let word = words.get(2).or(words.last()).copied();
            let word = word.unwrap_or(Word {
                line: last_line,
                column: 1,
                text: "",
            });
            return Err(word.error("a fence point is a latitude and a longitude"));
        };
        last_line = lat.line;
        places.push(place(lat, lon)?);
    }
    let end = Word {
        line: last_line,
        column: 1,
        text: "",
    };
    let mut corners = places.get(1..).unwrap_or_default().to_vec();
    if corners.len() > 1 && corners.first() == corners.last() {
        corners.pop();
    }
    let (Some(back), true) = (places.first(), corners.len() >= 3) else {
        return Err(end.error("a fence needs a return point and three corners"));
    };
    let polygon = Shape::Polygon {
        inclusion: true,
        corners,
    };
    let shapes = [Shape::Return(*back, 0.0), polygon];
    Ok(PlanDocument {
        format: Some(Format::FencePoints),
        fence: shapes.iter().flat_map(fence::items).collect(),
        ..PlanDocument::default()
    })
}

/// `RALLY latitude longitude altitude break-altitude landing-direction flags`.
///
/// # Errors
/// What is wrong, with line and column.
pub(super) fn read_rally(text: &str) -> Result<PlanDocument, PlanError> {
    let mut document = PlanDocument {
        format: Some(Format::RallyPoints),
        ..PlanDocument::default()
    };
    for words in lines(text) {
        let [name, lat, lon, alt, break_alt, direction, flags] = words[..] else {
            let word = words.get(7).or(words.last()).copied();
            let word = word.unwrap_or(Word {
                line: 1,
                column: 1,
                text: "",
            });
            return Err(word.error("a rally point is RALLY and six numbers"));
        };
        if !name.text.eq_ignore_ascii_case("rally") {
            return Err(name.error(format!("`{}` is not RALLY", name.text)));
        }
        let alt_m = alt.number()? as f32;
        let item = MissionItem::at(RALLY_POINT, Frame::GLOBAL_RELATIVE, place(lat, lon)?, alt_m);
        document.rally.push(item);
        let more = [break_alt.number()?, direction.number()?, flags.number()?];
        if more.iter().any(|number| *number != 0.0) {
            let number = document.rally.len();
            let [break_alt, direction, flags] = more;
            document.notes.push(format!(
                "rally point {number}: break altitude {break_alt} m, landing direction {direction}, flags {flags} \
                 cannot be told by the mission protocol"
            ));
        }
    }
    Ok(document)
}
