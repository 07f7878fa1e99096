//! A command before it is sent, while the operator is asked: its targets, what stands against it, what was agreed to.
//!
//! The targets are settled when the question is asked and only become fewer. Who was left out and can be
//! sent to again, and any other change that adds a vehicle, starts the time anew in which no answer is taken, and
//! that time begins when the frame has left for the terminal: nobody agrees to a list he has not seen.

use std::sync::Arc;

use super::{
    seen::Seen,
    weigh::{Objection, Weighed, weigh},
    world::World,
};
use crate::model::{
    command::{Command, Consent, Kind},
    ids::VehicleId,
};

/// So long after the question was painted, or painted with a vehicle more, no yes is taken, ms.
pub const HOLD_MS: i64 = 400;
/// The key that says yes. Enter asked the question, or `r`: neither can answer it.
pub const YES: char = 'y';
/// The key that includes vehicles that are lost or in conflict.
pub const OVERRIDE: char = 'o';
/// The word that a forced disarm wants typed.
pub const DISARM: &str = "DISARM";

/// What is asked of the fleet, agreed to.
#[derive(Debug, Clone, PartialEq)]
pub struct Submission {
    /// Whom it is for.
    pub vehicles: Vec<Named>,
    /// What they shall do.
    pub command: Command,
    /// What was agreed to.
    pub consent: Consent,
    /// Who was asked for and is not sent to, and why: out of reach, refused beforehand, or gone.
    pub left_out: Vec<(Named, String)>,
}

/// A vehicle with the words it was shown by.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Named {
    /// Which.
    pub id: VehicleId,
    /// Its name.
    pub name: Arc<str>,
    /// Its number; 0 when it has none.
    pub number: u16,
}

impl Named {
    /// A vehicle as it is called now.
    #[must_use]
    pub fn new(id: &VehicleId, world: &World<'_>) -> Self {
        let name = world.vehicle(id).map(|vehicle| Arc::clone(&vehicle.name));
        Self {
            id: id.clone(),
            name: name.unwrap_or_else(|| id.as_str().into()),
            number: world.number(id),
        }
    }
}

/// One vehicle of a question.
#[derive(Debug, Clone, PartialEq)]
pub struct Target {
    /// Which.
    pub named: Named,
    /// How it stands.
    pub weighed: Weighed,
    /// Whether a yes sends it there.
    pub is_included: bool,
}

impl Target {
    /// Problems first.
    fn rank(&self) -> u8 {
        match &self.weighed.objection {
            Some(Objection::Left) => 0,
            Some(Objection::OutOfReach(_)) => 1,
            Some(Objection::Refused(_)) => 2,
            Some(Objection::Remark(_)) => 3,
            None => 4,
        }
    }
}

/// The question.
#[derive(Debug, Clone, PartialEq)]
pub struct Order {
    command: Command,
    targets: Vec<Target>,
    overrides: bool,
    typed: String,
    is_wrong: bool,
    /// First line shown.
    pub scroll: usize,
    /// When the terminal got it with these vehicles or more; nothing while it has not.
    seen: Seen,
}

impl Order {
    /// Asks.
    #[must_use]
    pub fn new(command: Command, ids: &[VehicleId], world: &World<'_>) -> Self {
        let target = |id: &VehicleId| Target {
            named: Named::new(id, world),
            weighed: Weighed::default(),
            is_included: false,
        };
        let mut order = Self {
            command,
            targets: ids.iter().map(target).collect(),
            overrides: false,
            typed: String::new(),
            is_wrong: false,
            scroll: 0,
            seen: Seen::No,
        };
        order.refresh(world);
        order
    }

    /// What they shall do.
    #[must_use]
    pub const fn command(&self) -> &Command {
        &self.command
    }

    /// Every vehicle it was asked for, problems first.
    #[must_use]
    pub fn targets(&self) -> &[Target] {
        &self.targets
    }

    /// How many a yes sends it to.
    #[must_use]
    pub fn included(&self) -> usize {
        self.targets
            .iter()
            .filter(|target| target.is_included)
            .count()
    }

    /// How many need an override.
    #[must_use]
    pub fn out_of_reach(&self) -> usize {
        let objections = self.targets.iter().map(|target| &target.weighed.objection);
        objections
            .flatten()
            .filter(|objection| objection.wants_override())
            .count()
    }

    /// Whether vehicles that are lost or in conflict are sent to as well.
    #[must_use]
    pub const fn overrides(&self) -> bool {
        self.overrides
    }

    /// The word that must be typed, where a key is not enough.
    #[must_use]
    pub fn word(&self) -> Option<&'static str> {
        (self.command.kind() == Kind::ForcedDisarm).then_some(DISARM)
    }

    /// What was typed of it, and whether another word was entered.
    #[must_use]
    pub fn typed(&self) -> (&str, bool) {
        (&self.typed, self.is_wrong)
    }

    /// Whether a yes would be taken now.
    #[must_use]
    pub const fn is_steady(&self, now_ms: i64) -> bool {
        self.seen.is_for(HOLD_MS, now_ms)
    }

    /// Whether the operator has it on the terminal.
    pub const fn seen(&mut self) -> &mut Seen {
        &mut self.seen
    }

    /// The fleet changed.
    pub fn refresh(&mut self, world: &World<'_>) {
        let mut has_grown = false;
        for target in &mut self.targets {
            target.weighed = weigh(&self.command, &target.named.id, world);
            let is_included = match &target.weighed.objection {
                Some(objection) if objection.is_final() => false,
                Some(objection) if objection.wants_override() => self.overrides,
                _ => true,
            };
            has_grown |= is_included && !target.is_included;
            target.is_included = is_included;
        }
        self.targets
            .sort_by_key(|target| (target.rank(), target.named.number));
        if has_grown {
            self.seen = Seen::No;
        }
    }

    /// Includes vehicles that are lost or in conflict, or leaves them out again.
    pub fn turn_override(&mut self, world: &World<'_>) {
        if self.out_of_reach() > 0 {
            self.overrides = !self.overrides;
            self.refresh(world);
        }
    }

    /// Types a letter of the word.
    pub fn push(&mut self, letter: char) {
        if self.typed.len() < 20 {
            self.typed.push(letter);
            self.is_wrong = false;
        }
    }

    /// Takes the last letter back.
    pub fn pop(&mut self) {
        self.typed.pop();
    }

    /// Whether the word was typed; a wrong one is to be typed again.
    pub fn enter_word(&mut self) -> bool {
        let is_right = self.word() == Some(&self.typed);
        if !is_right {
            self.typed.clear();
            self.is_wrong = true;
        }
        is_right
    }

    /// What is sent by a yes, if anything is.
    #[must_use]
    pub fn agreed(&self, now_ms: i64) -> Option<Submission> {
        let included = self.targets.iter().filter(|target| target.is_included);
        let mut vehicles: Vec<Named> = included.map(|target| target.named.clone()).collect();
        vehicles.sort_by_key(|named| named.number);
        let why = |target: &Target| {
            let objection = target.weighed.objection.as_ref();
            objection.map_or_else(String::new, |objection| objection.text().to_owned())
        };
        let left_out = self.targets.iter().filter(|target| !target.is_included);
        let left_out = left_out.map(|target| (target.named.clone(), why(target)));
        (self.is_steady(now_ms) && !vehicles.is_empty()).then(|| Submission {
            vehicles,
            command: self.command.clone(),
            consent: Consent {
                confirm: true,
                overrides: self.overrides,
            },
            left_out: left_out.collect(),
        })
    }
}

/// Whether a command is asked about before it is sent: more than one vehicle, the contract, or an override.
#[must_use]
pub fn wants_asking(weighed: &[(VehicleId, Weighed)]) -> bool {
    let wants = |weighed: &Weighed| {
        let objection = weighed.objection.as_ref();
        weighed.confirm || objection.is_some_and(Objection::wants_override)
    };
    weighed.len() != 1 || weighed.iter().any(|(_, weighed)| wants(weighed))
}
