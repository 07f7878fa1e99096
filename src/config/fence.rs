//! `[[fence]]`: the station's own geofences, apart from what the vehicles carry.

use toml::{Spanned, de::DeValue};

use super::{
    findings::Findings,
    reader::{Section, number_of},
};

/// A fence of the station.
#[derive(Debug, Clone, PartialEq)]
pub struct FenceConfig {
    /// How it is called.
    pub name: String,
    /// Its border.
    pub shape: FenceShape,
    /// Vehicles must stay inside; otherwise outside.
    pub inclusion: bool,
    /// Lowest height above home.
    pub floor_m: Option<f64>,
    /// Greatest height above home.
    pub ceiling_m: Option<f64>,
    /// The group it applies to; `None` is all (`applies_to = "all"`).
    pub group: Option<String>,
}

/// The border of a fence.
#[derive(Debug, Clone, PartialEq)]
pub enum FenceShape {
    /// Corners in degrees, closed by itself.
    Polygon(Vec<Corner>),
    /// Everything within a distance.
    Circle {
        /// The middle.
        center: Corner,
        /// Radius in metres.
        radius_m: f64,
    },
}

/// A point on the ground.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Corner {
    /// Latitude, degrees.
    pub lat_deg: f64,
    /// Longitude, degrees.
    pub lon_deg: f64,
}

/// Reads the fence that is the `number`th; one without a border bounds nothing and is left out.
pub(super) fn read(mut section: Section<'_>, number: usize) -> Option<FenceConfig> {
    let findings = section.findings();
    let name = section.text("name").map(Spanned::into_inner);
    let polygon = section.raw("polygon").map(|value| polygon(value, findings));
    let wants_circle = section.key_span("circle");
    let circle = section.section("circle").and_then(read_circle);
    let inclusion = section.flag("inclusion").unwrap_or(true);
    let floor = section.number("floor_m", -1000.0..=100_000.0);
    let ceiling = section.number("ceiling_m", -1000.0..=100_000.0);
    let group = section.text("applies_to").map(Spanned::into_inner);
    let span = section.span();
    section.done();
    if let (Some(floor), Some(ceiling)) = (&floor, &ceiling)
        && floor.get_ref() >= ceiling.get_ref()
    {
        findings.error(ceiling.span(), "`ceiling_m` lies not above `floor_m`", "");
    }
    let shape = match (polygon, wants_circle) {
        (Some(_), Some(circle)) => {
            findings.error(circle, "a fence is a polygon or a circle, not both", "");
            None
        }
        (Some(corners), None) => corners.map(FenceShape::Polygon),
        (None, Some(_)) => circle,
        (None, None) => {
            let help =
                "polygon = [[lat, lon], …] or circle = { center = [lat, lon], radius_m = 200 }";
            findings.warn(span, "this fence has no border and bounds nothing", help);
            None
        }
    };
    Some(FenceConfig {
        name: name.unwrap_or_else(|| format!("fence-{number}")),
        shape: shape?,
        inclusion,
        floor_m: floor.map(Spanned::into_inner),
        ceiling_m: ceiling.map(Spanned::into_inner),
        group: group.filter(|group| group != "all"),
    })
}

fn polygon(value: &Spanned<DeValue<'_>>, findings: &Findings<'_>) -> Option<Vec<Corner>> {
    let Some(list) = value.get_ref().as_array() else {
        let help = "polygon = [[47.1, 8.5], [47.2, 8.5], [47.2, 8.6]]";
        findings.error(value.span(), "`polygon` is a list of corners", help);
        return None;
    };
    let mut corners: Vec<Corner> = Vec::new();
    let mut good = true;
    for one in list {
        match corner(one, findings) {
            Some(corner) => corners.push(corner),
            None => good = false,
        }
    }
    // GeoJSON repeats the first corner at the end.
    if corners.len() > 1 && corners.first() == corners.last() {
        corners.pop();
    }
    if good && corners.len() < 3 {
        let message = format!("a polygon has at least 3 corners, not {}", corners.len());
        findings.error(value.span(), message, "");
        return None;
    }
    good.then_some(corners)
}

fn corner(value: &Spanned<DeValue<'_>>, findings: &Findings<'_>) -> Option<Corner> {
    let pair = value.get_ref().as_array().filter(|pair| pair.len() == 2);
    let numbers = pair.and_then(|pair| {
        let mut numbers = pair.iter().map(|one| number_of(one.get_ref()));
        Some((numbers.next()??, numbers.next()??))
    });
    let Some((lat_deg, lon_deg)) = numbers else {
        findings.error(value.span(), "a point is [lat, lon] in degrees", "");
        return None;
    };
    if lat_deg.abs() > 90.0 {
        let message = format!("latitude {lat_deg} lies outside -90 to 90");
        findings.error(value.span(), message, "latitude comes first: [lat, lon]");
        return None;
    }
    if lon_deg.abs() > 180.0 {
        let message = format!("longitude {lon_deg} lies outside -180 to 180");
        findings.error(value.span(), message, "");
        return None;
    }
    Some(Corner { lat_deg, lon_deg })
}

fn read_circle(mut section: Section<'_>) -> Option<FenceShape> {
    let findings = section.findings();
    let help = "circle = { center = [47.1, 8.5], radius_m = 200 }";
    let center = section.raw("center").map(|center| corner(center, findings));
    let radius = section.number("radius_m", 1.0..=1_000_000.0);
    let center = section.require("center", center, help);
    let radius = section.require("radius_m", radius, help);
    section.done();
    Some(FenceShape::Circle {
        center: center??,
        radius_m: radius?.into_inner(),
    })
}
