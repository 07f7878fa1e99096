//! The rows of a mission, a fence or a list of rally points: home first, then the items with what only the whole
//! list can tell: how far each leg is, which corner of how many.

use std::sync::Arc;

use crate::model::{
    geo::LatLon,
    holdings::HeldPlan,
    mission::{MissionItem, PlanKind},
    mission_command::{DO_JUMP, FENCE_INSIDE_POLYGON, FENCE_OUTSIDE_POLYGON},
};

/// NAV_RETURN_TO_LAUNCH.
pub const RETURN_TO_LAUNCH: u16 = 20;
/// NAV_ROI, the one command of its range that is looked at and not flown to.
const ROI: u16 = 80;
/// NAV_LAST: the commands up to it are flown, those after it are done on the way.
const LAST_FLOWN: u16 = 95;

/// What the list tells of an item beside the item itself.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Along {
    /// Metres from the place before, where it is flown to.
    pub leg_m: Option<f64>,
    /// Metres flown so far when it is reached; loops are not counted.
    pub total_m: f64,
    /// Which corner of its polygon, from 1.
    pub corner: usize,
}

/// A list made ready.
#[derive(Debug, Clone, Default)]
pub struct PlanTable {
    held: Option<Arc<HeldPlan>>,
    home: Option<LatLon>,
    along: Vec<Along>,
}

/// A row.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum PlanRow<'a> {
    /// Where it starts.
    Home(LatLon, f32),
    /// An item with its number, from 1.
    Item(usize, &'a MissionItem, Along),
}

/// Whether a vehicle flies to the place of an item, and does not only look at it or take note of it.
#[must_use]
pub fn is_flown(item: &MissionItem) -> bool {
    item.command <= LAST_FLOWN && item.command != ROI
}

impl PlanTable {
    /// Makes the rows, unless they are those of this list already.
    pub fn refresh(&mut self, held: Option<&Arc<HeldPlan>>, home: Option<LatLon>) {
        let is_same = match (&self.held, held) {
            (Some(own), Some(held)) => Arc::ptr_eq(own, held),
            (None, None) => true,
            _ => false,
        };
        if is_same && self.home == home {
            return;
        }
        self.held = held.cloned();
        self.home = home;
        self.along = held.map_or_else(Vec::new, |held| along(held, home));
    }

    /// The list it was made from.
    #[must_use]
    pub const fn held(&self) -> Option<&Arc<HeldPlan>> {
        self.held.as_ref()
    }

    fn has_home(&self) -> bool {
        self.held.as_ref().is_some_and(|held| held.home.is_some())
    }

    /// How many rows, home among them.
    #[must_use]
    pub fn len(&self) -> usize {
        self.along.len() + usize::from(self.has_home())
    }

    /// Whether it has no row.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The number of the item in a row, from 1; none for home.
    #[must_use]
    pub fn number(&self, place: usize) -> Option<usize> {
        let number = place + 1 - usize::from(self.has_home());
        (number > 0 && number <= self.along.len()).then_some(number)
    }

    /// The row in which an item stands.
    #[must_use]
    pub fn place(&self, number: usize) -> Option<usize> {
        let place = number.checked_sub(1)? + usize::from(self.has_home());
        (place < self.len()).then_some(place)
    }

    /// A row.
    #[must_use]
    pub fn row(&self, place: usize) -> Option<PlanRow<'_>> {
        let held = self.held.as_ref()?;
        let home = held.home.filter(|_| place == 0);
        if let Some(home) = home {
            return Some(PlanRow::Home(home.place, home.alt_msl_m));
        }
        let number = self.number(place)?;
        let item = held.items.get(number - 1)?;
        Some(PlanRow::Item(number, item, *self.along.get(number - 1)?))
    }

    /// Metres of the whole list, loops not counted.
    #[must_use]
    pub fn total_m(&self) -> f64 {
        self.along.last().map_or(0.0, |last| last.total_m)
    }
}

fn along(held: &HeldPlan, home: Option<LatLon>) -> Vec<Along> {
    let start = held.home.map(|home| home.place).or(home);
    let mut last = start;
    let mut total_m = 0.0;
    let mut corner = Corner::default();
    let row = |item: &MissionItem| {
        let there = match item.command {
            RETURN_TO_LAUNCH => start,
            _ if is_flown(item) => item.place(),
            _ => None,
        };
        let there = there.filter(|_| held.kind == PlanKind::Mission);
        let leg_m = last.zip(there).map(|(from, to)| from.distance_m(to));
        total_m += leg_m.unwrap_or(0.0);
        last = there.or(last);
        Along {
            leg_m,
            total_m,
            corner: corner.next(item),
        }
    };
    held.items.iter().map(row).collect()
}

/// Counts the corners of one polygon after another.
#[derive(Debug, Default)]
struct Corner {
    command: u16,
    at: usize,
    of: usize,
}

impl Corner {
    fn next(&mut self, item: &MissionItem) -> usize {
        if !matches!(item.command, FENCE_INSIDE_POLYGON | FENCE_OUTSIDE_POLYGON) {
            *self = Self::default();
            return 0;
        }
        // A cast saturates, and makes 0 of NaN.
        let of = item.params[0] as usize;
        if item.command == self.command && of == self.of && self.at < self.of {
            self.at += 1;
        } else {
            (self.command, self.of, self.at) = (item.command, of, 1);
        }
        self.at
    }
}

/// The ways of a mission on the map, each from place to place.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Way {
    /// Flown once.
    Leg(LatLon, LatLon),
    /// Back to an item that was there before.
    Jump(LatLon, LatLon),
    /// Home.
    Return(LatLon, LatLon),
}

/// Every way of a mission that begins at `home`.
#[must_use]
pub fn ways(held: &HeldPlan, home: Option<LatLon>) -> Vec<Way> {
    let start = held.home.map(|home| home.place).or(home);
    let mut last = start;
    let mut found = Vec::new();
    for item in &held.items {
        let there = item.place().filter(|_| is_flown(item));
        match (item.command, last, there) {
            (DO_JUMP, Some(from), _) => {
                if let Some(to) = target(held, item) {
                    found.push(Way::Jump(from, to));
                }
            }
            (RETURN_TO_LAUNCH, Some(from), _) => {
                found.extend(start.map(|to| Way::Return(from, to)));
                last = start;
            }
            (_, Some(from), Some(to)) => {
                found.push(Way::Leg(from, to));
                last = there;
            }
            (_, None, Some(_)) => last = there,
            _ => {}
        }
    }
    found
}

/// The place of the item a jump names, or of the first one after it that has one.
fn target(held: &HeldPlan, jump: &MissionItem) -> Option<LatLon> {
    // A cast saturates, and makes 0 of NaN.
    let number = jump.params[0] as usize;
    let mut rest = held.items.get(number.checked_sub(1)?..)?.iter();
    rest.find_map(|item| item.place().filter(|_| is_flown(item)))
}
