//! Which answer is believed, and how often a command leaves.

use super::{
    form::{IntForm, UNSUPPORTED},
    *,
};

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

const LONG: Forms = Forms::only(Form::Long([1.0; 7]));
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
        Step::Done(Ending::Accepted(Proof::Ack))
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
    let mut one = Commanding::new(sending(LONG, 1), Doubt::OfAll(1));
    one.poll(AT(0), false);
    assert_eq!(one.on_ack(VEHICLE, &ack(0), OWN, AT(10)), Hearing::InDoubt);
    assert_eq!(one.poll(AT(20), false), Step::Wait);
    let mut other = one.clone();
    assert_eq!(
        one.poll(AT(30), true),
        Step::Done(Ending::Accepted(Proof::AckAndState))
    );
    let ending = Ending::TimedOut(Some(ACCEPTED));
    assert_eq!(other.poll(AT(3_000), false), Step::Done(ending));
}

#[test]
fn a_vehicle_that_takes_only_the_long_form_gets_it_once() {
    let mut one = Commanding::new(
        sending(Forms::only(Form::Int(FORM)).or(Form::Long([2.0; 7])), 1),
        Doubt::None,
    );
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

#[test]
fn a_vehicle_that_takes_only_the_int_form_gets_it_once() {
    let forms = Forms::only(Form::Long([2.0; 7])).or(Form::Int(FORM));
    let mut one = Commanding::new(sending(forms, 1), Doubt::None);
    one.poll(AT(0), false);
    let mut unknown = one.clone();
    assert_eq!(
        unknown.on_ack(VEHICLE, &ack(3), OWN, AT(10)),
        Hearing::Taken
    );
    let rejected = Step::Done(Ending::Rejected(UNSUPPORTED));
    assert_eq!(
        unknown.poll(AT(20), false),
        rejected,
        "not at all is not otherwise"
    );
    assert_eq!(one.on_ack(VEHICLE, &ack(8), OWN, AT(10)), Hearing::Taken);
    let int = one.poll(AT(20), false);
    assert!(matches!(int, Step::Send(Outgoing::CommandInt { .. })));
    assert_eq!(one.on_ack(VEHICLE, &ack(8), OWN, AT(30)), Hearing::Taken);
    assert!(matches!(
        one.poll(AT(40), false),
        Step::Done(Ending::Rejected(_))
    ));
    assert_eq!(one.sent(), 2);
}

#[test]
fn set_mode_is_answered_by_its_message_number_or_by_the_heartbeat_and_by_nothing_else() {
    let forms = Forms::only(Form::Long([1.0; 7])).or(Form::SetMode(6));
    let mut one = Commanding::new(sending(forms, 2), Doubt::None);
    one.poll(AT(0), false);
    assert_eq!(
        one.poll(AT(10), true),
        Step::Wait,
        "a state is no ack of a MAV_CMD"
    );
    one.on_ack(VEHICLE, &ack(3), OWN, AT(20));
    let sent = one.poll(AT(30), false);
    assert!(matches!(
        sent,
        Step::Send(Outgoing::SetMode { custom_mode: 6, .. })
    ));
    let mut acked = one.clone();
    let by_number = CommandAck {
        command: 11,
        ..ack(0)
    };
    assert_eq!(
        acked.on_ack(VEHICLE, &by_number, OWN, AT(40)),
        Hearing::Taken
    );
    let done = Step::Done(Ending::Accepted(Proof::Ack));
    assert_eq!(acked.poll(AT(50), false), done);
    let mut silent = one.clone();
    assert_eq!(
        one.poll(AT(60), true),
        Step::Done(Ending::Accepted(Proof::State))
    );
    assert!(matches!(silent.poll(AT(700), false), Step::Send(_)));
    let timed_out = Step::Done(Ending::TimedOut(None));
    assert_eq!(silent.poll(AT(4_000), false), timed_out);
}

#[test]
fn a_guided_target_believes_no_ack_at_all() {
    let target = Form::GuidedTarget {
        place_1e7: (1, 2),
        alt_rel_m: 30.0,
    };
    let forms = Forms::only(Form::Int(FORM)).or(target);
    let mut one = Commanding::new(sending(forms, 1), Doubt::None);
    one.poll(AT(0), false);
    one.on_ack(VEHICLE, &ack(3), OWN, AT(20));
    assert!(matches!(
        one.poll(AT(30), false),
        Step::Send(Outgoing::GuidedTarget { .. })
    ));
    assert_eq!(one.on_ack(VEHICLE, &ack(0), OWN, AT(40)), Hearing::NotOurs);
    let mut silent = one.clone();
    assert_eq!(
        one.poll(AT(50), true),
        Step::Done(Ending::Accepted(Proof::State))
    );
    assert_eq!(
        silent.poll(AT(3_030), false),
        Step::Done(Ending::TimedOut(None))
    );
}

#[test]
fn what_is_worked_on_is_cancelled_and_what_is_not_is_only_sent_no_more() {
    let mut idle = Commanding::new(sending(LONG, 5), Doubt::None);
    idle.poll(AT(0), false);
    let mut busy = idle.clone();
    idle.abort();
    assert_eq!(idle.poll(AT(2_000), false), Step::Wait);
    assert_eq!(
        idle.poll(AT(3_000), false),
        Step::Done(Ending::TimedOut(None))
    );
    busy.on_ack(VEHICLE, &ack(5), OWN, AT(100));
    busy.abort();
    let cancels = (0..6_000)
        .filter(|ms| {
            let step = busy.poll(AT(200 + ms), false);
            matches!(
                step,
                Step::Send(Outgoing::CommandCancel { command: 192, .. })
            )
        })
        .count();
    assert_eq!(
        cancels, 3,
        "an unanswered cancel is repeated, and not for ever"
    );
    let mut told = Commanding::new(sending(LONG, 1), Doubt::None);
    told.poll(AT(0), false);
    told.abort();
    told.on_ack(VEHICLE, &ack(5), OWN, AT(100));
    let cancel = told.poll(AT(150), false);
    assert!(matches!(cancel, Step::Send(Outgoing::CommandCancel { .. })));
    told.on_ack(VEHICLE, &ack(6), OWN, AT(300));
    let cancelled = Ending::Rejected(CommandResult(6));
    assert_eq!(told.poll(AT(350), false), Step::Done(cancelled));
}

#[test]
fn more_yeses_than_earlier_sends_can_bring_are_believed() {
    let mut one = Commanding::new(sending(LONG, 3), Doubt::OfYes(1));
    one.poll(AT(0), false);
    assert_eq!(one.on_ack(VEHICLE, &ack(0), OWN, AT(10)), Hearing::InDoubt);
    assert!(
        matches!(one.poll(AT(600), false), Step::Send(_)),
        "asked again"
    );
    assert_eq!(one.on_ack(VEHICLE, &ack(0), OWN, AT(610)), Hearing::Taken);
    assert_eq!(
        one.poll(AT(650), false),
        Step::Done(Ending::Accepted(Proof::Ack))
    );
    let mut no = Commanding::new(sending(LONG, 3), Doubt::OfYes(1));
    no.poll(AT(0), false);
    assert_eq!(no.on_ack(VEHICLE, &ack(4), OWN, AT(10)), Hearing::Taken);
}
