//! The number that tells one request from every other of this program, whoever makes it.

use std::sync::atomic::{AtomicU64, Ordering};

/// One counter for the screen and every client: two of them would give the same number to two requests.
static NEXT: AtomicU64 = AtomicU64::new(1);

/// A number that no other request of this program has.
#[must_use]
pub fn next_ticket() -> u64 {
    NEXT.fetch_add(1, Ordering::Relaxed)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_two_are_alike() {
        assert_ne!(next_ticket(), next_ticket());
    }
}
