//! Tests of the scenario file: every kind is read, every mistake is named.

use super::*;

#[test]
fn every_kind_of_fault_is_read() {
    let scenario = Scenario::parse(
        r#"
        name = "bad afternoon"
        [[fault]]
        at = "1s"
        kind = "loss"
        percent = 20
        [[fault]]
        at = "1500ms"
        vehicle = 2
        kind = "delay"
        by = "300ms"
        jitter = "100ms"
        for = "1m"
        [[fault]]
        at = "2s"
        kind = "duplicate"
        percent = 5
        [[fault]]
        at = "2s"
        kind = "reorder"
        percent = 5
        [[fault]]
        at = "5s"
        vehicle = 1
        kind = "silence"
        for = "4s"
        [[fault]]
        at = "6s"
        vehicle = 1
        kind = "reboot"
        [[fault]]
        at = "7s"
        vehicle = 1
        kind = "gps_loss"
        [[fault]]
        at = "8s"
        vehicle = 1
        kind = "low_battery"
        remaining_percent = 12
        [[fault]]
        at = "9s"
        vehicle = 3
        kind = "duplicate_sysid"
        [[fault]]
        at = "9s"
        kind = "noise"
        per_s = 10
        [[fault]]
        at = "9s"
        kind = "refuse"
        command = 22
        result = "temporarily_rejected"
        [[fault]]
        at = "9s"
        kind = "progress"
        [[fault]]
        at = "9s"
        kind = "loss"
        percent = 5
        way = "up"
        "#,
    )
    .unwrap();
    assert_eq!(scenario.faults.len(), 13);
    let refuse = FaultKind::Refuse {
        command: 22,
        verdict: Verdict::TemporarilyRejected,
    };
    assert_eq!(scenario.faults[10].kind, refuse);
    assert_eq!(
        (scenario.faults[11].way, scenario.faults[12].way),
        (Way::Both, Way::Up)
    );
    let delay = scenario.faults[1];
    assert_eq!(delay.at, Duration::from_millis(1_500));
    assert_eq!(delay.lasts, Some(Duration::from_mins(1)));
    assert_eq!(delay.victim, Victim::Vehicle(2));
    assert_eq!(
        delay.kind,
        FaultKind::Delay {
            by: Duration::from_millis(300),
            jitter: Duration::from_millis(100),
        }
    );
    assert_eq!(scenario.faults[0].victim, Victim::All);
}

#[test]
fn every_mistake_is_named_in_a_sentence() {
    let cases = [
        ("kind = \"silence\"", "line 2, column 1: missing field `at`"),
        (
            "at = \"1s\"\nkind = \"gremlins\"",
            "fault 1 (gremlins): there is no kind \"gremlins\"",
        ),
        (
            "at = \"1s\"\nkind = \"loss\"",
            "fault 1 (loss): `percent` is missing",
        ),
        (
            "at = \"1s\"\nkind = \"loss\"\npercent = 120",
            "line 5, column 1, fault 1 (loss): `percent` must be between 0 and 100, not 120",
        ),
        (
            "at = \"soon\"\nkind = \"reboot\"",
            "`at` must be a time such as",
        ),
        (
            "at = \"1s\"\nkind = \"reboot\"\nfor = \"2s\"",
            "`for` makes no sense here",
        ),
        (
            "at = \"1s\"\nkind = \"silence\"\npercent = 3",
            "`percent` means nothing to this kind",
        ),
        (
            "at = \"1s\"\nkind = \"loss\"\npercent = 3\nway = \"left\"",
            "`way` must be \"down\", \"up\" or \"both\", not \"left\"",
        ),
        (
            "at = \"1s\"\nkind = \"reboot\"\nway = \"up\"",
            "`way` means nothing to this kind",
        ),
        (
            "at = \"1s\"\nkind = \"refuse\"\ncommand = 22\nresult = \"maybe\"",
            "`result` must be one of temporarily_rejected, denied",
        ),
        (
            "at = \"1s\"\nkind = \"silence\"\nvehicle = 0",
            "vehicles are counted from 1",
        ),
        (
            "at = \"1s\"\nkind = \"silence\"\nvehicel = 1",
            "unknown field `vehicel`",
        ),
    ];
    for (body, sentence) in cases {
        let error = Scenario::parse(&format!("\n[[fault]]\n{body}\n"))
            .unwrap_err()
            .to_string();
        assert!(error.contains(sentence), "{error} should say {sentence}");
    }
}
