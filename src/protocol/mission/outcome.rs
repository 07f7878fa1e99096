//! How giving a vehicle a plan ended, in one definite outcome and in words.

use super::{
    compare::{Comparison, Difference},
    download::Downloaded,
    numbering::Stack,
    transfer_request::PutRequest,
};
use crate::model::{mission::PlanKind, mission_command, mission_report::MissionResult};

/// Why it is over.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ending {
    /// Accepted by the vehicle, and what was read back is what was sent.
    Verified,
    /// What was read back is something else.
    Differs,
    /// The vehicle accepted it; reading it back did not succeed.
    AcceptedUnread,
    /// The vehicle said no.
    Refused {
        /// What it said.
        result: MissionResult,
        /// The operator's number of the item in question (0: home); `None`: the whole list.
        item: Option<u16>,
        /// Its MAV_CMD.
        command: Option<u16>,
    },
    /// The vehicle fell silent.
    TimedOut {
        /// The operator's number of the item it had asked for last; `None`: it never asked.
        item: Option<u16>,
    },
    /// The list aboard could not be read beforehand; nothing was sent.
    NotBegun,
    /// Broken off by this station.
    Cancelled,
}

/// What the vehicle holds now.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Holds {
    /// What was sent.
    New,
    /// What it held before.
    Former,
    /// Neither.
    Other,
    /// Nobody has read it.
    Unknown,
}

/// A plan was given to a vehicle: this is what came of it.
#[derive(Debug, Clone, PartialEq)]
pub struct PutOutcome {
    /// Which list.
    pub kind: PlanKind,
    /// The autopilot's habits.
    pub stack: Stack,
    /// Items sent, home not counted.
    pub items: usize,
    /// Why it is over.
    pub ending: Ending,
    /// What the vehicle holds now.
    pub holds: Holds,
    /// What it held before, where that was asked for: the way back.
    pub before: Option<Downloaded>,
    /// What reading back showed.
    pub comparison: Comparison,
    /// The vehicle's mark of the new content.
    pub opaque_id: Option<u32>,
}

impl PutOutcome {
    /// Whether the vehicle holds what was sent, proven by reading it back.
    #[must_use]
    pub fn is_success(&self) -> bool {
        self.ending == Ending::Verified
    }

    /// Whether the vehicle may hold neither the old list nor the new one.
    #[must_use]
    pub fn may_be_partial(&self) -> bool {
        let is_known = matches!(self.holds, Holds::New | Holds::Former);
        !is_known && !matches!(self.ending, Ending::NotBegun | Ending::AcceptedUnread)
    }

    /// What brings back what the vehicle held before; `None` where that was not read.
    #[must_use]
    pub fn way_back(&self) -> Option<PutRequest> {
        let before = self.before.as_ref()?;
        let (home, items) = self.stack.from_vehicle(self.kind, &before.items);
        Some(PutRequest {
            kind: self.kind,
            stack: self.stack,
            home,
            items,
            keep_former: false,
        })
    }

    /// The outcome in one or two sentences, without the list of differences.
    #[must_use]
    pub fn explain(&self) -> String {
        let mut text = self.what_happened();
        if let Some(more) = self.what_it_holds() {
            text.push_str("; ");
            text.push_str(more);
        }
        text
    }

    fn what_happened(&self) -> String {
        let word = self.kind.word();
        match self.ending {
            Ending::Verified => format!("{word} of {} items aboard and verified", self.items),
            Ending::Differs => format!("the {word} aboard is not what was sent{}", self.first()),
            Ending::AcceptedUnread => format!(
                "the vehicle accepted the {word}, but it could not be read back: not verified"
            ),
            Ending::Refused {
                result,
                item,
                command,
            } => {
                let whole = item.map_or_else(|| format!("the {word}"), item_words);
                let named = command.map_or_else(String::new, |command| {
                    format!(" ({})", mission_command::name(command))
                });
                let (words, name) = (result.words(), result.name());
                format!("the vehicle refused {whole}{named}: {words} ({name})")
            }
            Ending::TimedOut { item: None } => {
                format!("the vehicle did not answer the offer of a {word}")
            }
            Ending::TimedOut { item: Some(item) } => {
                let item = item_words(item);
                format!("the vehicle fell silent after asking for {item}")
            }
            Ending::NotBegun => {
                format!("the {word} aboard could not be read beforehand; nothing was sent")
            }
            Ending::Cancelled => "cancelled".to_owned(),
        }
    }

    fn what_it_holds(&self) -> Option<&'static str> {
        match (self.ending, self.holds) {
            (Ending::Verified, _) if !self.comparison.remarks.is_empty() => {
                Some("the vehicle does not keep some details, see the remarks")
            }
            (Ending::Verified | Ending::AcceptedUnread | Ending::NotBegun, _) => None,
            (_, Holds::New) => Some("read back, it holds all of what was sent"),
            (_, Holds::Former) => Some("it still holds what it held before"),
            (Ending::Differs, _) => None,
            _ => Some(self.stack.after_a_broken_upload()),
        }
    }

    fn first(&self) -> String {
        let differences = &self.comparison.differences;
        let more = differences.len().saturating_sub(1);
        match differences.first() {
            None => String::new(),
            Some(Difference { number: 0, text }) => format!(": {text}"),
            Some(first) if more == 0 => format!(": {first}"),
            Some(first) => format!(": {first} (and {more} more)"),
        }
    }
}

fn item_words(item: u16) -> String {
    if item == 0 {
        "item 0, which is home".to_owned()
    } else {
        format!("item {item}")
    }
}
