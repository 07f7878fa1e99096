//! What one transaction of the writer holds, and how far it came.

use super::{
    block::Block,
    handle::Shared,
    insert::{Inserter, is_about_the_row},
    row::{Gap, GapKind, Row},
};
use crate::model::time::TimeUs;

/// One thing to write.
#[derive(Debug)]
pub(super) enum Write {
    Block(Block),
    Row(Row),
    End(TimeUs),
}

/// How far a transaction, or a file, came.
#[derive(Debug, Default)]
pub(super) struct Written {
    pub(super) rows: u64,
    pub(super) frames: u64,
    pub(super) telemetry: u64,
    pub(super) events: u64,
    pub(super) gaps: u64,
}

impl Written {
    fn count(&mut self, write: &Write) {
        self.rows += 1;
        match write {
            Write::Block(block) => self.frames += u64::from(block.count),
            Write::Row(Row::Gap(gap)) => self.gaps += gap.count,
            Write::Row(Row::Telemetry(_)) => self.telemetry += 1,
            Write::Row(Row::Event(_)) => self.events += 1,
            Write::Row(Row::Drone(_) | Row::Plan(_) | Row::Params(_)) | Write::End(_) => {}
        }
    }

    pub(super) fn add(&mut self, more: &Self) {
        self.rows += more.rows;
        self.frames += more.frames;
        self.telemetry += more.telemetry;
        self.events += more.events;
        self.gaps += more.gaps;
    }
}

/// Whether it must survive a power cut as soon as it is written.
pub(super) fn is_precious(write: &Write) -> bool {
    match write {
        Write::Row(row) => row.is_precious(),
        Write::End(_) => true,
        Write::Block(_) => false,
    }
}

/// Everything that is pending, within the transaction that is open. A row that is itself at fault becomes a gap.
pub(super) fn insert_all(
    inserter: &mut Inserter,
    shared: &Shared,
    pending: &[Write],
) -> rusqlite::Result<Written> {
    let mut written = Written::default();
    let mut refused: Vec<Gap> = Vec::new();
    for write in pending {
        match insert(inserter, shared, write) {
            Ok(()) => written.count(write),
            Err(error) if is_about_the_row(&error) => refused.extend(as_gap(write)),
            Err(error) => return Err(error),
        }
    }
    for gap in refused {
        inserter.gap(&gap)?;
        written.gaps += gap.count;
    }
    Ok(written)
}

fn insert(inserter: &mut Inserter, shared: &Shared, write: &Write) -> rusqlite::Result<()> {
    match write {
        Write::Block(block) => inserter.block(block, &shared.link_name(block.link)),
        Write::Row(Row::Telemetry(row)) => inserter.telemetry(row),
        Write::Row(Row::Drone(row)) => inserter.drone(row),
        Write::Row(Row::Event(event)) => inserter.event(event),
        Write::Row(Row::Plan(row)) => inserter.plan(row),
        Write::Row(Row::Params(rows)) => inserter.params(rows),
        Write::Row(Row::Gap(gap)) => inserter.gap(gap),
        Write::End(ended) => inserter.end(*ended),
    }
}

/// The gap it leaves when it is lost.
pub(super) fn as_gap(write: &Write) -> Option<Gap> {
    match write {
        Write::Row(row) => Some(row.as_gap()),
        Write::End(_) => None,
        Write::Block(block) => Some(Gap {
            what: GapKind::Frames,
            start: block.start,
            end: block.end,
            count: u64::from(block.count),
        }),
    }
}
