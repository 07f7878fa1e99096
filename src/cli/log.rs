//! `volery log …`: looking into recordings and the flight log.

mod info;
mod summary;
mod survey;

pub(super) use info::info;
