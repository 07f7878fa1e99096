//! A file put together from pieces in any order: what has come, and which holes are left?

use std::ops::Range;

/// The pieces so far.
#[derive(Debug, Clone)]
pub struct Assembly {
    bytes: Vec<u8>,
    /// Sorted, apart from each other, never empty, all below `bytes.len()`.
    holes: Vec<Range<usize>>,
    limit: usize,
}

impl Assembly {
    /// A file of at most `limit` bytes, of which nothing has come.
    #[must_use]
    pub const fn new(limit: usize) -> Self {
        Self {
            bytes: Vec::new(),
            holes: Vec::new(),
            limit,
        }
    }

    /// A piece came. False when it lies beyond the limit, and then nothing has changed.
    pub fn insert(&mut self, offset: usize, piece: &[u8]) -> bool {
        let Some(end) = offset
            .checked_add(piece.len())
            .filter(|end| *end <= self.limit)
        else {
            return false;
        };
        self.extend(end, offset);
        self.bytes[offset..end].copy_from_slice(piece);
        self.fill(&(offset..end));
        true
    }

    /// The file is known to reach up to `end`. False when that is beyond the limit.
    pub fn reach(&mut self, end: usize) -> bool {
        if end <= self.limit {
            self.extend(end, end);
        }
        end <= self.limit
    }

    /// The file ends at `end`: whatever lies behind is dropped.
    pub fn cut(&mut self, end: usize) {
        self.bytes.truncate(end);
        self.holes.retain(|hole| hole.start < end);
        if let Some(last) = self.holes.last_mut() {
            last.end = last.end.min(end);
        }
    }

    /// Everything between the highest byte so far and `offset` is a hole.
    fn extend(&mut self, end: usize, offset: usize) {
        let highest = self.bytes.len();
        if end <= highest {
            return;
        }
        self.bytes.resize(end, 0);
        if offset > highest {
            match self.holes.last_mut() {
                Some(last) if last.end == highest => last.end = offset,
                _ => self.holes.push(highest..offset),
            }
        }
    }

    fn fill(&mut self, piece: &Range<usize>) {
        let mut left = Vec::with_capacity(self.holes.len() + 1);
        for hole in self.holes.drain(..) {
            let before = hole.start..hole.end.min(piece.start);
            let after = hole.start.max(piece.end)..hole.end;
            left.extend(
                [before, after]
                    .into_iter()
                    .filter(|part| part.start < part.end),
            );
        }
        self.holes = left;
    }

    /// The holes below the highest byte, in order.
    #[must_use]
    pub fn holes(&self) -> &[Range<usize>] {
        &self.holes
    }

    /// One past the highest byte that is known of.
    #[must_use]
    pub fn highest(&self) -> usize {
        self.bytes.len()
    }

    /// Bytes that have come.
    #[must_use]
    pub fn received(&self) -> usize {
        let missing: usize = self.holes.iter().map(ExactSizeIterator::len).sum();
        self.bytes.len() - missing
    }

    /// The bytes, zeros in the holes.
    #[must_use]
    pub fn bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// The file.
    #[must_use]
    pub fn into_bytes(self) -> Vec<u8> {
        self.bytes
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_hole_is_remembered_split_and_filled() {
        let mut file = Assembly::new(1_000);
        assert!(file.insert(0, &[1; 10]));
        assert!(file.insert(40, &[2; 10]));
        assert_eq!(file.holes(), vec![10..40]);
        assert!(file.insert(20, &[3; 10]));
        assert_eq!(file.holes(), [10..20, 30..40]);
        assert_eq!((file.highest(), file.received()), (50, 30));
        assert!(file.reach(60));
        assert!(file.reach(70));
        assert_eq!(file.holes(), [10..20, 30..40, 50..70]);
        file.cut(35);
        assert_eq!(file.holes(), [10..20, 30..35]);
        assert_eq!(file.highest(), 35);
    }

    #[test]
    fn a_piece_beyond_the_limit_changes_nothing() {
        let mut file = Assembly::new(100);
        assert!(!file.insert(99, &[1; 2]));
        assert!(!file.insert(usize::MAX, &[1; 2]));
        assert!(!file.reach(101));
        assert_eq!(file.highest(), 0);
    }

    proptest! {
        #[test]
        fn pieces_in_any_order_make_the_file(
            length in 1_usize..2_000,
            order in proptest::collection::vec((0_usize..2_000, 1_usize..239), 0..60),
        ) {
            let whole: Vec<u8> = (0..length).map(|at| (at % 251) as u8).collect();
            let mut file = Assembly::new(2_000);
            for (offset, size) in order {
                let start = offset % length;
                let end = (start + size).min(length);
                prop_assert!(file.insert(start, &whole[start..end]));
                let known = file.received();
                let holes: usize = file.holes().iter().map(ExactSizeIterator::len).sum();
                prop_assert_eq!(known + holes, file.highest());
            }
            file.reach(length);
            while let Some(hole) = file.holes().first().cloned() {
                file.insert(hole.start, &whole[hole]);
            }
            prop_assert_eq!(file.into_bytes(), whole);
        }
    }
}
