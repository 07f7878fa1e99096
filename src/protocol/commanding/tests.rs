//! Which answer is believed, and how often a command leaves.

use super::*;

const OWN: (SystemId, ComponentId) = (SystemId(255), ComponentId(25));
const VEHICLE: (SystemId, ComponentId) = (SystemId(7), ComponentId(1));
const AT: fn(i64) -> TimeUs = TimeUs::from_ms;

fn sending(forms: Forms, tries: u8) -> Sending {
    Sending {
        target: Target::new(VEHICLE.0, VEHICLE.1).unwrap(),
        command: 192,
        forms,
        tries,
        spacing: Duration::from_millis(600),
        within: Duration::from_secs(3),
    }
}

fn ack(result: u8) -> CommandAck {
    CommandAck {
        command: 192,
        result: CommandResult(result),
        progress: None,
        detail: 0,
        target_system: 255,
        target_component: 25,
    }
}

const LONG: Forms = Forms::Long([1.0; 7]);
const FORM: IntForm = IntForm {
    frame: 3,
    params: [0.0; 4],
    place_1e7: (1, 2),
    z_m: 3.0,
};

#[test]
fn a_command_that_is_never_sent_again_is_sent_once_and_times_out() {
    let mut one = Commanding::new(sending(LONG, 1), Doubt::None);
    assert!(matches!(one.poll(AT(0), false), Step::Send(_)));
    for ms in (50..3_000).step_by(50) {
        assert_eq!(one.poll(AT(ms), false), Step::Wait);
    }
    assert_eq!(
        one.poll(AT(3_000), true),
        Step::Done(Ending::TimedOut(None))
    );
}

#[test]
fn only_its_own_ack_is_believed_and_never_before_it_was_sent() {
    let mut one = Commanding::new(sending(LONG, 1), Doubt::None);
    assert_eq!(one.on_ack(VEHICLE, &ack(0), OWN, AT(0)), Hearing::NotOurs);
    one.poll(AT(0), false);
    let other = (SystemId(8), ComponentId(1));
    assert_eq!(one.on_ack(other, &ack(0), OWN, AT(1)), Hearing::NotOurs);
    let camera = (SystemId(7), ComponentId(100));
    assert_eq!(one.on_ack(camera, &ack(0), OWN, AT(1)), Hearing::NotOurs);
    let foreign = CommandAck {
        target_system: 254,
        ..ack(0)
    };
    assert_eq!(one.on_ack(VEHICLE, &foreign, OWN, AT(1)), Hearing::NotOurs);
    assert_eq!(
        one.poll(AT(2), true),
        Step::Wait,
        "a state alone is no answer"
    );
    assert_eq!(one.on_ack(VEHICLE, &ack(0), OWN, AT(3)), Hearing::Taken);
    assert_eq!(
        one.poll(AT(4), false),
        Step::Done(Ending::Accepted { in_doubt: false })
    );
}

#[test]
fn progress_ends_the_retries_and_restarts_the_time() {
    let mut one = Commanding::new(sending(LONG, 5), Doubt::None);
    one.poll(AT(0), false);
    assert_eq!(
        one.on_ack(VEHICLE, &ack(5), OWN, AT(500)),
        Hearing::Progress(None)
    );
    assert_eq!(one.poll(AT(3_400), false), Step::Wait);
    assert_eq!(
        one.poll(AT(3_500), false),
        Step::Done(Ending::TimedOut(None))
    );
    assert_eq!(one.sent(), 1);
}

#[test]
fn an_ack_in_doubt_needs_the_vehicles_own_word() {
    let mut one = Commanding::new(sending(LONG, 1), Doubt::OfAll);
    one.poll(AT(0), false);
    assert_eq!(one.on_ack(VEHICLE, &ack(0), OWN, AT(10)), Hearing::InDoubt);
    assert_eq!(one.poll(AT(20), false), Step::Wait);
    let mut other = one.clone();
    assert_eq!(
        one.poll(AT(30), true),
        Step::Done(Ending::Accepted { in_doubt: true })
    );
    let ending = Ending::TimedOut(Some(ACCEPTED));
    assert_eq!(other.poll(AT(3_000), false), Step::Done(ending));
}

#[test]
fn a_vehicle_that_takes_only_the_long_form_gets_it_once() {
    let mut one = Commanding::new(sending(Forms::IntThenLong(FORM, [2.0; 7]), 1), Doubt::None);
    assert!(matches!(
        one.poll(AT(0), false),
        Step::Send(Outgoing::CommandInt { frame: 3, .. })
    ));
    assert_eq!(one.on_ack(VEHICLE, &ack(7), OWN, AT(10)), Hearing::Taken);
    assert!(matches!(
        one.poll(AT(20), false),
        Step::Send(Outgoing::CommandLong { .. })
    ));
    assert_eq!(one.on_ack(VEHICLE, &ack(3), OWN, AT(30)), Hearing::Taken);
    assert_eq!(
        one.poll(AT(40), false),
        Step::Done(Ending::Rejected(UNSUPPORTED))
    );
}

#[test]
fn retries_can_be_ended_before_the_answer() {
    let mut one = Commanding::new(sending(LONG, 5), Doubt::None);
    one.poll(AT(0), false);
    one.stop_retrying();
    assert_eq!(one.poll(AT(2_900), false), Step::Wait);
    assert_eq!(
        one.poll(AT(3_000), false),
        Step::Done(Ending::TimedOut(None))
    );
    assert_eq!(one.sent(), 1);
}
