//! Batteries of every shape.

use mavlink::dialects::ardupilotmega::{
    BATTERY_STATUS_DATA, MavSysStatusSensor, MavSysStatusSensorExtended, SYS_STATUS_DATA,
};

use crate::{
    model::{
        groups::{Battery, Processor},
        report::Report,
    },
    wire::decode::testing::{payload, report, report_v1, unwrap_report},
    wire::decode::{Context, decode},
};

fn status() -> SYS_STATUS_DATA {
    SYS_STATUS_DATA {
        onboard_control_sensors_present: MavSysStatusSensor::from_bits_retain(0x0102_0304),
        onboard_control_sensors_enabled: MavSysStatusSensor::from_bits_retain(0x0506_0708),
        onboard_control_sensors_health: MavSysStatusSensor::from_bits_retain(0x090a_0b0c),
        load: 345,
        voltage_battery: 22_417,
        current_battery: 1_123,
        drop_rate_comm: 250,
        errors_comm: 11,
        errors_count1: 12,
        errors_count2: 13,
        errors_count3: 14,
        errors_count4: 15,
        battery_remaining: 78,
        onboard_control_sensors_present_extended: MavSysStatusSensorExtended::empty(),
        onboard_control_sensors_enabled_extended: MavSysStatusSensorExtended::empty(),
        onboard_control_sensors_health_extended: MavSysStatusSensorExtended::empty(),
    }
}

#[test]
fn every_field_of_sys_status_is_found() {
    let system = unwrap_report!(report(&status()), System);
    let sensors = system.sensors;
    assert_eq!(
        (sensors.present, sensors.enabled, sensors.healthy),
        (0x0102_0304, 0x0506_0708, 0x090a_0b0c)
    );
    let battery = Battery {
        remaining_percent: Some(78),
        voltage_v: Some(22.42),
        current_a: Some(11.23),
        ..Battery::default()
    };
    assert_eq!(system.battery, battery);
    assert_eq!(system.processor.load_percent, Some(34.5));
    assert_eq!(system.processor.drop_rate_percent, Some(2.5));
}

#[test]
fn what_sys_status_does_not_measure_is_unknown() {
    let message = SYS_STATUS_DATA {
        load: u16::MAX,
        voltage_battery: u16::MAX,
        current_battery: -1,
        battery_remaining: -1,
        drop_rate_comm: u16::MAX,
        ..status()
    };
    let system = unwrap_report!(report(&message), System);
    assert_eq!(system.battery, Battery::default());
    assert_eq!(system.processor, Processor::default());
}

#[test]
fn no_volts_with_an_unknown_charge_are_no_measurement() {
    for (remaining, voltage_v) in [(-1, None), (0, Some(0.0))] {
        let message = SYS_STATUS_DATA {
            voltage_battery: 0,
            battery_remaining: remaining,
            ..status()
        };
        let system = unwrap_report!(report(&message), System);
        assert_eq!(system.battery.voltage_v, voltage_v, "{remaining}");
    }
}

const NO_CELLS: [u16; 10] = [u16::MAX; 10];

fn message(voltages: &[u16], voltages_ext: [u16; 4]) -> BATTERY_STATUS_DATA {
    let mut places = NO_CELLS;
    places[..voltages.len()].copy_from_slice(voltages);
    BATTERY_STATUS_DATA {
        current_consumed: 1_234,
        energy_consumed: -1,
        temperature: 3_105,
        voltages: places,
        current_battery: 1_120,
        id: 3,
        battery_remaining: 42,
        time_remaining: 605,
        voltages_ext,
        ..BATTERY_STATUS_DATA::DEFAULT
    }
}

fn battery(message: &BATTERY_STATUS_DATA) -> Battery {
    let Report::Battery(3, battery) = report(message) else {
        panic!()
    };
    battery
}

/// Pack voltage and cells, mV.
fn volts(voltages: &[u16], voltages_ext: [u16; 4]) -> (Option<f64>, Vec<u16>) {
    let battery = battery(&message(voltages, voltages_ext));
    let cells = battery.cells_v.map(|cells| cells.as_millivolts().to_vec());
    (battery.voltage_v, cells.unwrap_or_default())
}

#[test]
fn every_field_of_battery_status_is_found() {
    let battery = battery(&message(&[3_733, 3_734, 3_735], [0; 4]));
    assert_eq!(battery.remaining_percent, Some(42));
    assert_eq!(battery.voltage_v, Some(11.2));
    assert_eq!(battery.current_a, Some(11.2));
    assert_eq!(battery.consumed_mah, Some(1_234));
    assert_eq!(battery.temperature_c, Some(31.05));
    assert_eq!(battery.time_remaining_s, Some(605));
    assert_eq!(
        battery.cells_v.unwrap().as_millivolts(),
        [3_733, 3_734, 3_735]
    );
}

#[test]
fn one_entry_is_a_pack_and_no_cell() {
    assert_eq!(volts(&[22_417], [0; 4]), (Some(22.42), vec![]));
    // The same from firmwares that clear the field with zeros.
    assert_eq!(
        volts(&[22_417, 0, 0, 0, 0, 0, 0, 0, 0, 0], [0; 4]),
        (Some(22.42), vec![])
    );
    assert_eq!(volts(&[0], [0; 4]), (Some(0.0), vec![]));
    assert_eq!(volts(&[], [0; 4]), (None, vec![]));
}

#[test]
fn a_sum_too_large_for_one_place_goes_on_in_the_next() {
    assert_eq!(volts(&[65_534, 10_466], [0; 4]), (Some(76.0), vec![]));
    assert_eq!(
        volts(&[65_534, 65_534, 8_932], [0; 4]),
        (Some(140.0), vec![])
    );
}

#[test]
fn cells_eleven_to_fourteen_come_from_the_extension() {
    let (pack, cells) = volts(&[4_000; 10], [4_001, 4_002, 0, 0]);
    assert_eq!(pack, Some(48.0));
    assert_eq!(cells.len(), 12);
    assert_eq!(cells[9..], [4_000, 4_001, 4_002]);
    let (pack, cells) = volts(&[4_000; 10], [4_000; 4]);
    assert_eq!((pack, cells.len()), (Some(56.0), 14));
}

#[test]
fn a_dead_cell_between_live_ones_is_shown() {
    assert_eq!(
        volts(&[4_100, 0, 4_100], [0; 4]),
        (Some(8.2), vec![4_100, 0, 4_100])
    );
}

#[test]
fn mavlink_1_tells_everything_but_the_extensions() {
    let message = message(&[4_100, 4_100], [4_100; 4]);
    let Report::Battery(3, battery) = report_v1(&message) else {
        panic!()
    };
    assert_eq!(battery.cells_v.unwrap().as_millivolts().len(), 2);
    assert_eq!(
        (battery.remaining_percent, battery.time_remaining_s),
        (Some(42), None)
    );
}

#[test]
fn what_a_battery_does_not_measure_is_unknown() {
    for battery_remaining in [-1, -77, 101, 127] {
        let message = BATTERY_STATUS_DATA {
            current_consumed: -1,
            temperature: i16::MAX,
            current_battery: -1,
            battery_remaining,
            time_remaining: 0,
            ..message(&[], [0; 4])
        };
        assert_eq!(battery(&message), Battery::default());
    }
}

#[test]
fn a_battery_type_newer_than_our_tables_keeps_the_message() {
    let mut bytes = payload(&message(&[22_417], [0; 4]));
    (bytes[33], bytes[34]) = (250, 251);
    let Some(Report::Battery(3, battery)) = decode(147, &bytes, Context::default()) else {
        panic!()
    };
    assert_eq!(battery.voltage_v, Some(22.42));
}
