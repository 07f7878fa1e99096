//! A snapshot as the table needs it: one judged row per vehicle, their order, and the counts of the status bar.
//!
//! Made when data comes, not when a frame is drawn: a row is judged again only when its vehicle changed or fell silent.

use std::{collections::BTreeSet, sync::Arc};

use super::{
    columns::Sort,
    filter::Filter,
    freshness::Habits,
    grouping::{Grouping, Heading, Line, divide},
    row::{Row, compare},
    severity::{Level, severity, silence},
};
use crate::model::{
    ids::VehicleId,
    snapshot::Snapshot,
    vehicle::{State, Vehicle},
};

/// How many vehicles are how.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[expect(missing_docs, reason = "each counts what it is called")]
pub struct Counts {
    pub live: usize,
    pub late: usize,
    pub lost: usize,
    pub expected: usize,
    /// Armed, as far as they are heard.
    pub armed: usize,
    /// Critical for another reason than being lost.
    pub critical: usize,
    /// Warned of for another reason than being late or lost.
    pub warnings: usize,
    pub conflicts: usize,
}

/// What a snapshot changed in the table.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Change {
    /// Numbers at most.
    Values,
    /// A vehicle is better or worse off than before: its sign changed, and so must its place.
    Judgement,
    /// Vehicles came or left: there is no order until it is made anew.
    Fleet,
}

/// Hands out the numbers vehicles are addressed by.
///
/// The system id on the first network, a thousand more on each further one: 2007 is whoever calls itself 7
/// on the third. Nothing depends on who is heard first, so a number means the same aircraft after a restart.
#[derive(Debug, Clone, Default)]
struct Numbers {
    networks: Vec<Arc<str>>,
}

impl Numbers {
    /// Networks not known before come after the known ones, by name.
    fn know<'a>(&mut self, names: impl Iterator<Item = &'a Arc<str>>) {
        let known = &self.networks;
        let new: BTreeSet<_> = names.filter(|name| !known.contains(name)).collect();
        let new: Vec<_> = new.into_iter().cloned().collect();
        self.networks.extend(new);
    }

    fn of(&self, vehicle: &Vehicle) -> u16 {
        const MOST: usize = 64;
        let mut networks = self.networks.iter().take(MOST);
        let rank = networks.position(|network| *network == vehicle.network);
        // Beyond those there is no number of five digits left: 0 addresses nobody.
        rank.and_then(|rank| u16::try_from(rank).ok())
            .map_or(0, |rank| rank * 1_000 + u16::from(vehicle.sysid))
    }
}

/// The fleet as the table shows it.
#[derive(Debug, Clone, Default)]
pub struct Digest {
    rows: Vec<Row>,
    order: Vec<usize>,
    /// Empty while the table is one list.
    lines: Vec<Line>,
    headings: Vec<Heading>,
    numbers: Numbers,
    /// How many vehicles are how.
    pub counts: Counts,
}

impl Digest {
    /// An empty digest that counts networks in this order.
    #[must_use]
    pub fn of_networks(networks: &[Arc<str>]) -> Self {
        let mut digest = Self::default();
        for network in networks {
            digest.numbers.know(std::iter::once(network));
        }
        digest
    }

    /// Takes in a snapshot. Returns the largest change.
    pub fn take(&mut self, snapshot: &Snapshot, habits: &Habits) -> Change {
        let old = std::mem::take(&mut self.rows);
        let mut old = old.into_iter().peekable();
        let mut change = Change::Values;
        let now_ms = snapshot.time_ms;
        let links = snapshot.links.values().map(|link| &link.network);
        let vehicles = snapshot.vehicles.values().map(|vehicle| &vehicle.network);
        self.numbers.know(links.chain(vehicles));
        for (id, vehicle) in &snapshot.vehicles {
            while old.next_if(|row| row.id() < id).is_some() {
                change = Change::Fleet;
            }
            let known = old.next_if(|row| row.id() == id);
            if known.is_none() {
                change = Change::Fleet;
            }
            let row = match known {
                Some(row)
                    if Arc::ptr_eq(&row.vehicle, vehicle) && !grew_silent(&row, habits, now_ms) =>
                {
                    row
                }
                known => {
                    let row = self.judge(vehicle, known.as_ref(), (habits, now_ms));
                    let rank = known.map(|before| before.severity.rank());
                    if rank.is_some_and(|rank| rank != row.severity.rank()) {
                        change = change.max(Change::Judgement);
                    }
                    row
                }
            };
            self.rows.push(row);
        }
        if old.next().is_some() {
            change = Change::Fleet;
        }
        if change == Change::Fleet {
            self.order.clear();
            self.lines.clear();
        }
        self.counts = count(&self.rows);
        change
    }

    fn judge(
        &self,
        vehicle: &Arc<Vehicle>,
        before: Option<&Row>,
        (habits, now_ms): (&Habits, i64),
    ) -> Row {
        let severity = severity(vehicle, habits.of(&vehicle.id), now_ms);
        let since = before.and_then(|row| row.critical_since_ms);
        Row {
            critical_since_ms: (severity.level() == Level::Critical)
                .then(|| since.unwrap_or(now_ms)),
            number: self.numbers.of(vehicle),
            vehicle: vehicle.clone(),
            severity,
        }
    }

    /// Filters and sorts.
    pub fn arrange(&mut self, sort: Sort, filter: &Filter, habits: &Habits) {
        let rows = &self.rows;
        let mut order: Vec<usize> = (0..rows.len())
            .filter(|place| filter.keeps(&rows[*place]))
            .collect();
        order.sort_by(|a, b| {
            let (a, b) = (&rows[*a], &rows[*b]);
            compare(a, b, sort, habits).then_with(|| a.number.cmp(&b.number))
        });
        self.order = order;
        self.lines.clear();
        self.headings.clear();
    }

    /// Divides what was sorted into groups.
    pub fn group(&mut self, grouping: &Grouping) {
        if let Grouping::On(closed) = grouping {
            let grouped = divide(&self.rows, &self.order, closed);
            self.order = grouped.order;
            self.lines = grouped.lines;
            self.headings = grouped.headings;
        }
    }

    /// How many lines the table has, headings of groups among them.
    #[must_use]
    pub fn lines(&self) -> usize {
        if self.lines.is_empty() {
            self.order.len()
        } else {
            self.lines.len()
        }
    }

    /// A line of the table.
    #[must_use]
    pub fn line(&self, n: usize) -> Option<Line> {
        if self.lines.is_empty() {
            (n < self.order.len()).then_some(Line::Vehicle(n))
        } else {
            self.lines.get(n).copied()
        }
    }

    /// The line a vehicle stands on.
    #[must_use]
    pub fn line_of(&self, id: &VehicleId) -> Option<usize> {
        let place = self.place(id)?;
        if self.lines.is_empty() {
            return Some(place);
        }
        let mut lines = self.lines.iter();
        lines.position(|line| *line == Line::Vehicle(place))
    }

    /// A heading of a group.
    #[must_use]
    pub fn heading(&self, place: usize) -> Option<&Heading> {
        self.headings.get(place)
    }

    /// Whether some vehicle is in a group.
    #[must_use]
    pub fn has_groups(&self) -> bool {
        self.rows.iter().any(|row| row.vehicle.group.is_some())
    }

    /// What must be seen at once when it changes: who is there, heard, lost or in trouble, as counts.
    #[must_use]
    pub const fn urgency(&self) -> [usize; 4] {
        let counts = &self.counts;
        [
            self.rows.len(),
            counts.expected,
            counts.lost,
            counts.critical,
        ]
    }

    /// The numbers there are, in order.
    #[must_use]
    pub fn numbers(&self) -> Vec<u16> {
        let mut numbers: Vec<_> = self.rows.iter().map(|row| row.number).collect();
        numbers.sort_unstable();
        numbers
    }

    /// Every vehicle, shown or not, by id.
    #[must_use]
    pub fn all(&self) -> &[Row] {
        &self.rows
    }

    /// Vehicles in the table, filtered and sorted.
    #[must_use]
    pub fn shown(&self) -> impl ExactSizeIterator<Item = &Row> + DoubleEndedIterator {
        self.order.iter().map(|place| &self.rows[*place])
    }

    /// How many rows the table has.
    #[must_use]
    pub fn len(&self) -> usize {
        self.order.len()
    }

    /// Whether no vehicle is shown.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.order.is_empty()
    }

    /// How many vehicles there are, shown or not.
    #[must_use]
    pub fn total(&self) -> usize {
        self.rows.len()
    }

    /// The row at a place of the table.
    #[must_use]
    pub fn at(&self, place: usize) -> Option<&Row> {
        self.order.get(place).map(|row| &self.rows[*row])
    }

    /// The place of a vehicle in the table.
    #[must_use]
    pub fn place(&self, id: &VehicleId) -> Option<usize> {
        self.order
            .iter()
            .position(|place| self.rows[*place].id() == id)
    }

    /// A vehicle, shown or not.
    #[must_use]
    pub fn row(&self, id: &VehicleId) -> Option<&Row> {
        let place = self.rows.binary_search_by(|row| row.id().cmp(id)).ok()?;
        self.rows.get(place)
    }

    /// Digits of the largest number.
    #[must_use]
    pub fn digits(&self) -> usize {
        let largest = self.rows.iter().map(|row| row.number).max();
        largest.unwrap_or(0).checked_ilog10().unwrap_or(0) as usize + 1
    }

    /// Whom a number addresses.
    #[must_use]
    pub fn numbered(&self, number: u16) -> Option<&Row> {
        let mut rows = self.rows.iter().filter(|row| row.number == number);
        let found = rows.next()?;
        // Two behind one number: neither is addressed.
        rows.next().is_none().then_some(found)
    }
}

/// Whether time alone made the judgement of a row another one.
fn grew_silent(row: &Row, habits: &Habits, now_ms: i64) -> bool {
    let is_silent = silence(&row.vehicle, habits.of(row.id()), now_ms).is_some();
    is_silent != row.severity.is_silent()
}

fn count(rows: &[Row]) -> Counts {
    let mut counts = Counts::default();
    for row in rows {
        match row.vehicle.state {
            State::Expected => counts.expected += 1,
            State::Live => counts.live += 1,
            State::Late => counts.late += 1,
            State::Lost => counts.lost += 1,
        }
        let is_heard = matches!(row.vehicle.state, State::Live | State::Late);
        counts.armed += usize::from(is_heard && row.vehicle.armed == Some(true));
        counts.conflicts += usize::from(row.vehicle.conflict.is_some());
        let loudest = row.severity.loudest_but_liveness();
        counts.critical += usize::from(loudest == Level::Critical);
        counts.warnings += usize::from(loudest == Level::Warning);
    }
    counts
}

#[cfg(test)]
mod tests;
