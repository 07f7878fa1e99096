//! Who is connected: counts connections and clients, in all and per address, and turns away the rest.

use std::{
    collections::{BTreeMap, HashMap},
    net::IpAddr,
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicBool, AtomicU64, AtomicUsize, Ordering},
    },
};

use tokio_util::sync::CancellationToken;

use super::station::Limits;

/// The counts; a [`Seat`] or a [`Place`] takes itself off them when it is dropped.
#[derive(Debug, Default)]
pub(super) struct Guests {
    connections: AtomicUsize,
    clients: AtomicUsize,
    addresses: Mutex<HashMap<IpAddr, usize>>,
    /// Connections that have asked nothing yet, oldest first: the first to go when there is no room.
    silent: Mutex<BTreeMap<u64, (IpAddr, CancellationToken)>>,
    tickets: AtomicU64,
    /// Connections and clients turned away since the start.
    pub(super) turned_away: AtomicU64,
    /// Clients closed because they took nothing or said nothing, since the start.
    pub(super) given_up: AtomicU64,
}

/// A TCP connection's right to be here. Shared by the connection and the WebSocket it may become.
#[derive(Debug)]
pub(super) struct Seat {
    guests: Arc<Guests>,
    address: IpAddr,
    /// Its number among all since the start.
    ticket: u64,
    has_asked: AtomicBool,
    /// Cancelled when another connection takes its seat.
    pub(super) given_away: CancellationToken,
}

/// A WebSocket client's right to be here.
#[derive(Debug)]
pub(super) struct Place(Arc<Guests>);

impl Guests {
    /// A seat for a new connection, or why there is none. Where all are taken, the oldest connection that has asked
    /// nothing yet gives its own away.
    pub(super) fn seat(
        self: &Arc<Self>,
        address: IpAddr,
        max_clients: usize,
        limits: &Limits,
    ) -> Result<Arc<Seat>, &'static str> {
        let most = limits.most_connections(max_clients);
        if !count_up(&self.connections, most) {
            if !self.give_one_away(|_| true) {
                self.turned_away.fetch_add(1, Ordering::Relaxed);
                return Err("too many connections");
            }
            self.connections.fetch_add(1, Ordering::AcqRel);
        }
        let seat = Arc::new(Seat {
            guests: self.clone(),
            address,
            ticket: self.tickets.fetch_add(1, Ordering::Relaxed),
            has_asked: AtomicBool::new(false),
            given_away: CancellationToken::new(),
        });
        let crowded = self.count_here(address) > limits.most_of(address, max_clients);
        if crowded && !self.give_one_away(|other| other == address) {
            self.turned_away.fetch_add(1, Ordering::Relaxed);
            return Err("too many connections from this address");
        }
        let token = seat.given_away.clone();
        lock(&self.silent).insert(seat.ticket, (address, token));
        Ok(seat)
    }

    /// Counts one more of an address.
    fn count_here(&self, address: IpAddr) -> usize {
        let mut addresses = lock(&self.addresses);
        let here = addresses.entry(address).or_default();
        *here += 1;
        *here
    }

    /// Ends the oldest connection of such an address that has asked nothing yet, if there is one.
    fn give_one_away(&self, of: impl Fn(IpAddr) -> bool) -> bool {
        let mut silent = lock(&self.silent);
        let oldest = silent.iter().find(|(_, (address, _))| of(*address));
        let Some(ticket) = oldest.map(|(ticket, _)| *ticket) else {
            return false;
        };
        if let Some((_, token)) = silent.remove(&ticket) {
            token.cancel();
            self.connections.fetch_sub(1, Ordering::AcqRel);
        }
        self.given_up.fetch_add(1, Ordering::Relaxed);
        true
    }

    /// A place for a new WebSocket client, if there is one.
    pub(super) fn place(self: &Arc<Self>, max_clients: usize) -> Option<Place> {
        let free = count_up(&self.clients, max_clients);
        if !free {
            self.turned_away.fetch_add(1, Ordering::Relaxed);
        }
        free.then(|| Place(self.clone()))
    }

    /// Connections now.
    pub(super) fn connections(&self) -> usize {
        self.connections.load(Ordering::Relaxed)
    }

    /// WebSocket clients now.
    pub(super) fn clients(&self) -> usize {
        self.clients.load(Ordering::Relaxed)
    }
}

impl Seat {
    /// It has asked for something: nobody takes its seat any more.
    pub(super) fn asked(&self) {
        if !self.has_asked.swap(true, Ordering::Relaxed) {
            lock(&self.guests.silent).remove(&self.ticket);
        }
    }
}

/// The lock; whoever died holding it left counts that are right.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

fn count_up(counter: &AtomicUsize, most: usize) -> bool {
    let one_more = |count: usize| (count < most).then_some(count + 1);
    counter
        .fetch_update(Ordering::AcqRel, Ordering::Acquire, one_more)
        .is_ok()
}

impl Drop for Seat {
    fn drop(&mut self) {
        lock(&self.guests.silent).remove(&self.ticket);
        // One that was given away was taken off the count then.
        if !self.given_away.is_cancelled() {
            self.guests.connections.fetch_sub(1, Ordering::AcqRel);
        }
        let mut addresses = lock(&self.guests.addresses);
        if let Some(here) = addresses.get_mut(&self.address) {
            *here -= 1;
            if *here == 0 {
                addresses.remove(&self.address);
            }
        }
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        self.0.clients.fetch_sub(1, Ordering::AcqRel);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const HOME: IpAddr = IpAddr::V4(std::net::Ipv4Addr::LOCALHOST);
    const STRANGER: IpAddr = IpAddr::V4(std::net::Ipv4Addr::new(192, 0, 2, 1));

    fn small() -> (Arc<Guests>, Limits) {
        let limits = Limits {
            per_address: 2,
            spare_connections: 2,
            ..Limits::default()
        };
        (Arc::new(Guests::default()), limits)
    }

    #[test]
    fn a_stranger_cannot_take_every_seat_and_gives_them_back() {
        let (guests, limits) = small();
        let asking = |address| {
            let seat = guests.seat(address, 2, &limits)?;
            seat.asked();
            Ok::<_, &str>(seat)
        };
        let mut seats: Vec<_> = (0..2).map(|_| asking(STRANGER).unwrap()).collect();
        assert!(asking(STRANGER).is_err());
        assert_eq!(guests.connections(), 2);
        seats.extend((0..2).map(|_| asking(HOME).unwrap()));
        assert!(asking(HOME).is_err());
        seats.clear();
        assert_eq!(guests.connections(), 0);
        assert!(asking(STRANGER).is_ok());
        assert_eq!(guests.turned_away.load(Ordering::Relaxed), 2);
    }

    #[test]
    fn whoever_has_asked_nothing_makes_room_for_the_next_oldest_first() {
        let (guests, limits) = small();
        let mut seats: Vec<_> = (0..3)
            .map(|_| guests.seat(HOME, 2, &limits).unwrap())
            .collect();
        seats[0].asked();
        seats.push(guests.seat(HOME, 2, &limits).unwrap());
        let gone = |seats: &[Arc<Seat>]| -> Vec<bool> {
            let given_away = seats.iter().map(|seat| seat.given_away.is_cancelled());
            given_away.collect()
        };
        assert_eq!(gone(&seats), [false, true, false, false]);
        seats.push(guests.seat(STRANGER, 2, &limits).unwrap());
        seats.push(guests.seat(STRANGER, 2, &limits).unwrap());
        assert_eq!(gone(&seats), [false, true, true, false, false, false]);
        seats.clear();
        assert_eq!(guests.connections(), 0);
        assert!(lock(&guests.silent).is_empty());
    }

    #[test]
    fn no_more_clients_than_agreed() {
        let guests = Arc::new(Guests::default());
        let place = guests.place(1).unwrap();
        assert!(guests.place(1).is_none());
        drop(place);
        assert!(guests.place(1).is_some());
    }
}
