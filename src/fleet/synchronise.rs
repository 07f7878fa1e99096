//! Asks every vehicle for its clock over every path that is proven to be its own, and answers its questions.

use super::{
    links::{LinkBook, book},
    record::Record,
};
use crate::model::{
    time::TimeUs,
    transmission::{Target, Transmission},
};

/// Asks and answers what is due.
pub(super) fn synchronise(
    record: &mut Record,
    links: &[LinkBook],
    now: TimeUs,
    out: &mut Vec<Transmission>,
) {
    let component = record.autopilot;
    let Some(target) = component.and_then(|component| Target::new(record.system, component)) else {
        return;
    };
    let Record { paths, clocks, .. } = record;
    clocks.retain(|id| paths.get(id).is_some());
    for path in paths.iter().filter(|path| !path.is_undecided()) {
        let Some(book) = book(links, path.id.link).filter(|book| book.transmits()) else {
            continue;
        };
        let terms = (target, book.info.class, path.is_live(now));
        let messages = clocks.poll(path.id, terms, now).into_iter();
        out.extend(messages.map(|message| Transmission {
            link: path.id.link,
            peer: book.info.shared.then_some(path.id.peer),
            mavlink2: path.mavlink2,
            message,
        }));
    }
}
