//! Who is connected: counts connections and clients, in all and per address, and turns away the rest.

use std::{
    collections::HashMap,
    net::IpAddr,
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicU64, AtomicUsize, Ordering},
    },
};

use super::station::Limits;

/// The counts; a [`Seat`] or a [`Place`] takes itself off them when it is dropped.
#[derive(Debug, Default)]
pub(super) struct Guests {
    connections: AtomicUsize,
    clients: AtomicUsize,
    addresses: Mutex<HashMap<IpAddr, usize>>,
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
}

/// A WebSocket client's right to be here.
#[derive(Debug)]
pub(super) struct Place(Arc<Guests>);

impl Guests {
    /// A seat for a new connection, or why there is none.
    pub(super) fn seat(
        self: &Arc<Self>,
        address: IpAddr,
        max_clients: usize,
        limits: &Limits,
    ) -> Result<Arc<Seat>, &'static str> {
        let most = max_clients.saturating_add(limits.spare_connections);
        if !count_up(&self.connections, most) {
            self.turned_away.fetch_add(1, Ordering::Relaxed);
            return Err("too many connections");
        }
        let seat = Arc::new(Seat {
            guests: self.clone(),
            address,
        });
        let mut addresses = self
            .addresses
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        let here = addresses.entry(address).or_default();
        *here += 1;
        let crowded = *here > limits.per_address && !address.is_loopback();
        drop(addresses);
        if crowded {
            self.turned_away.fetch_add(1, Ordering::Relaxed);
            return Err("too many connections from this address");
        }
        Ok(seat)
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

fn count_up(counter: &AtomicUsize, most: usize) -> bool {
    let one_more = |count: usize| (count < most).then_some(count + 1);
    counter
        .fetch_update(Ordering::AcqRel, Ordering::Acquire, one_more)
        .is_ok()
}

impl Drop for Seat {
    fn drop(&mut self) {
        self.guests.connections.fetch_sub(1, Ordering::AcqRel);
        let mut addresses = self
            .guests
            .addresses
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
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

    #[test]
    fn a_stranger_cannot_take_every_seat_and_gives_them_back() {
        let guests = Arc::new(Guests::default());
        let limits = Limits {
            per_address: 2,
            spare_connections: 2,
            ..Limits::default()
        };
        let stranger = IpAddr::from([192, 0, 2, 1]);
        let mut seats: Vec<_> = (0..2)
            .map(|_| guests.seat(stranger, 2, &limits).unwrap())
            .collect();
        assert!(guests.seat(stranger, 2, &limits).is_err());
        assert_eq!(guests.connections(), 2);
        let home = IpAddr::from([127, 0, 0, 1]);
        seats.extend((0..2).map(|_| guests.seat(home, 2, &limits).unwrap()));
        assert!(guests.seat(home, 2, &limits).is_err());
        seats.clear();
        assert_eq!(guests.connections(), 0);
        assert!(guests.seat(stranger, 2, &limits).is_ok());
        assert_eq!(guests.turned_away.load(Ordering::Relaxed), 2);
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
