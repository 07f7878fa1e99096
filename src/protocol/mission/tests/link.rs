//! What the channel itself promises to the tests.

use std::time::Duration;

use super::{channel::Channel, target};
use crate::model::{
    mission::PlanKind,
    transmission::{Outgoing, PlanMessage},
};

#[test]
fn the_bad_channel_loses_repeats_and_reorders() {
    let mut channel = Channel::bad(1);
    for seq in 0..1_000 {
        let message = PlanMessage::RequestItem(PlanKind::Mission, seq);
        channel.up(Outgoing::Plan(target(), message));
        channel.step();
    }
    let mut arrived = Vec::new();
    for _ in 0..100 {
        channel.step();
        while let Some(message) = channel.arrived_up() {
            let Outgoing::Plan(_, PlanMessage::RequestItem(_, seq)) = message else {
                panic!()
            };
            arrived.push(seq);
        }
    }
    let mut distinct = arrived.clone();
    distinct.sort_unstable();
    distinct.dedup();
    assert!((700..800).contains(&distinct.len()), "{}", distinct.len());
    assert!(arrived.len() > distinct.len() + 30, "copies");
    assert!(arrived.windows(2).any(|pair| pair[1] < pair[0]), "order");
    assert!(channel.now().since(crate::model::time::TimeUs(0)) > Duration::from_secs(1));
}
