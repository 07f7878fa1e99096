"""pymavlink as the ground station of the simulator: it must not notice that this is no ArduPilot and no PX4."""

import math
import struct
import time

import pytest
from conftest import mavlink
from simulated import Simulated

HOME = (-353632620, 1491652370)


@pytest.fixture
def fly(tmp_path):
    flying = []

    def start(*arguments, **keywords):
        flying.append(Simulated(*arguments, tmp_path=tmp_path, **keywords))
        return flying[-1]

    yield start
    for vehicle in flying:
        vehicle.stop()


def mission(px4=False):
    frame = mavlink.MAV_FRAME_GLOBAL_RELATIVE_ALT_INT
    way = lambda n: (16, frame, (0, 0, 0, 0), HOME[0] + n * 900, HOME[1], 15)  # noqa: E731
    items = [(22, frame, (0, 0, 0, 0), *HOME, 15), way(1), way(2), (20, 2, (0, 0, 0, 0), 0, 0, 0)]
    return items if px4 else [(16, 0, (0, 0, 0, 0), *HOME, 584), *items]


def test_ardupilot_flies_from_arming_to_disarming(fly):
    copter = fly()
    assert copter.long(22, 0, 0, 0, 0, 0, 0, 10) == mavlink.MAV_RESULT_FAILED, "neither armed nor guided"
    assert copter.long(176, 1, 99) == mavlink.MAV_RESULT_FAILED
    assert copter.said("No such mode 99")
    assert copter.long(176, 1, 4) == 0
    assert copter.long(400, 1) == 0
    assert copter.said("Arming motors")
    assert copter.long(22, 0, 0, 0, 0, 0, 0, 12) == 0
    copter.mav.request_data_stream_send(1, 1, 0, 4, 1)
    copter.wait(lambda m: m.relative_alt > 11_000, "GLOBAL_POSITION_INT")
    assert copter.long(400, 0) == mavlink.MAV_RESULT_FAILED, "in the air"
    assert copter.long(192, -1, 0, 0, 0) == mavlink.MAV_RESULT_COMMAND_INT_ONLY
    assert copter.int(192, 6, (-1, 0, 0, 0), HOME[0] + 2_000, HOME[1], 12) == 0
    copter.wait(lambda m: m.lat > HOME[0] + 1_500, "GLOBAL_POSITION_INT")
    assert copter.int(192, 1, (-1, 0, 0, 0), *HOME, 12) == 9, "a local frame"
    assert copter.long(178, 1, 6, -1) == 0
    assert copter.long(115, 90, 20, 1, 0) == 0
    assert copter.long(20) == 0
    copter.wait(lambda m: not m.base_mode & 128, "HEARTBEAT", within=60)
    assert copter.said("Disarming motors")


def test_px4_flies_in_its_own_way(fly):
    quad = fly("px4")
    assert quad.long(512, 148) == 0
    quad.hear("HOME_POSITION")
    assert quad.long(400, 1) == 0
    assert quad.said("Armed by external command")
    assert quad.long(22, 0, 0, 0, math.nan, math.nan, math.nan, 599) == 0
    quad.wait(lambda m: m.relative_alt > 14_000, "GLOBAL_POSITION_INT")
    assert quad.long(400, 0) == mavlink.MAV_RESULT_TEMPORARILY_REJECTED
    assert quad.said("Disarming denied: not landed")
    assert quad.long(246, 1) == mavlink.MAV_RESULT_DENIED
    assert quad.long(115, 90) == mavlink.MAV_RESULT_UNSUPPORTED
    assert quad.long(176, 1, 4, 6) == 0, "land"
    quad.wait(lambda m: not m.base_mode & 128, "HEARTBEAT", within=60)


def test_ardupilot_missions_go_up_come_back_changed_and_are_flown(fly):
    copter = fly()
    result, asked = copter.upload(mission())
    assert (result, asked) == (0, {"MISSION_REQUEST"}), "it asks in the old way"
    back = copter.download()
    assert [item.command for item in back] == [16, 22, 16, 16, 20]
    assert [item.frame for item in back] == [0, 3, 3, 3, 0]
    assert (back[0].x, back[0].y) == HOME and 583 < back[0].z < 585
    assert copter.upload([(5001, 3, (3, 0, 0, 0), HOME[0] + n * 9_000, HOME[1] + n * n * 9_000, 0) for n in range(3)], 1)[0] == 0
    assert len(copter.download(1)) == 3
    assert copter.upload([(16, 3, (0, 0, 0, 0), *HOME, 5)], 2)[0] == mavlink.MAV_MISSION_UNSUPPORTED
    assert copter.long(176, 1, 4) == 0 and copter.long(400, 1) == 0
    assert copter.long(176, 1, 3) == 0
    copter.wait(lambda m: m.seq == 2, "MISSION_ITEM_REACHED", within=60)
    copter.mav.mission_clear_all_send(1, 1, 0)
    assert copter.hear("MISSION_ACK").type == mavlink.MAV_MISSION_ERROR, "it is flying it"
    copter.mav.mission_set_current_send(1, 1, 4)
    copter.wait(lambda m: m.seq == 4, "MISSION_CURRENT")
    assert copter.long(224, 99) == mavlink.MAV_RESULT_FAILED
    copter.wait(lambda m: not m.base_mode & 128, "HEARTBEAT", within=90)


def test_px4_missions_are_whole_or_not_at_all(fly):
    quad = fly("px4")
    result, asked = quad.upload(mission(px4=True))
    assert (result, asked) == (0, {"MISSION_REQUEST_INT"})
    quad.mav.mission_count_send(1, 1, 5, 0)
    assert quad.said("Operation timeout", within=8)
    back = quad.download()
    assert [item.command for item in back] == [22, 16, 16, 20]
    assert [item.frame for item in back] == [6, 6, 6, 2]
    assert quad.upload([(18, 6, (1, 0, 10, 0), *HOME, 10)])[0] == mavlink.MAV_MISSION_UNSUPPORTED
    assert quad.long(224, 2) == 0


def test_a_long_mission_crosses_a_bad_link(fly):
    scenario = '[[fault]]\nat = "0s"\nkind = "loss"\npercent = 25\n'
    items = [(16, 3, (n % 7, 0, 0, 0), HOME[0] + n * 37, HOME[1] - n * 11, 20 + n % 50) for n in range(120)]
    quad = fly("px4", scenario=scenario)
    result, _ = quad.upload(items)
    assert result == 0
    back = quad.download()
    assert [(item.x, item.y, item.z) for item in back] == [item[3:] for item in items]


def test_parameters_as_ardupilot_keeps_them(fly):
    copter = fly()
    copter.mav.param_request_list_send(1, 1)
    values, count = {}, None
    while count is None or len(values) < count:
        value = copter.hear("PARAM_VALUE", within=2)
        assert value is not None, f"{len(values)} of {count}"
        values[value.param_id], count = value, value.param_count
    assert count == 1363 and values["MAV_SYSID"].param_value == 1
    assert copter.said("Frame: QUAD/PLUS")
    copter.mav.param_set_send(1, 1, b"FENCE_ACTION", 500, 2)
    assert copter.hear("PARAM_VALUE").param_value == 127
    copter.mav.param_set_send(1, 1, b"NO_SUCH_ONE", 1, 9)
    error = copter.hear("PARAM_ERROR")
    assert error is not None and error.param_id == "NO_SUCH_ONE"
    copter.mav.param_set_send(1, 1, b"BATT2_MONITOR", 4, 2)
    assert copter.hear("PARAM_VALUE").param_count > 1363 + 10


def test_parameters_as_px4_keeps_them(fly):
    quad = fly("px4")
    quad.mav.param_request_list_send(1, 1)
    values = {}
    while len(values) < 951:
        value = quad.hear("PARAM_VALUE", within=2)
        assert value is not None, len(values)
        values[value.param_id] = value
    assert values["_HASH_CHECK"].param_index == 65535
    bits = struct.pack("<f", values["MAV_SYS_ID"].param_value)
    assert struct.unpack("<i", bits)[0] == 1


def test_time_ping_and_an_old_mavlink_question(fly):
    copter = fly()
    copter.mav.timesync_send(0, 123_456_789)
    answer = copter.hear("TIMESYNC", that=lambda m: m.ts1 == 123_456_789)
    assert answer.tc1 > 0
    copter.mav.ping_send(1, 7, 0, 0)
    pong = copter.hear("PING", that=lambda m: m.seq == 7)
    assert (pong.target_system, pong.target_component) == (250, 190)
    assert copter.long(510, 33) == 0
    assert copter.long(511, 33, 100_000) == 0
    started, heard = time.monotonic(), 0
    while time.monotonic() - started < 3:
        heard += copter.hear("GLOBAL_POSITION_INT", within=1) is not None
    assert 25 < heard < 36, heard
    assert copter.long(511, 9999, 1) == mavlink.MAV_RESULT_DENIED
    assert copter.long(512, 9999) == mavlink.MAV_RESULT_FAILED


def test_a_reboot_is_acknowledged_silent_and_begins_at_zero(fly):
    copter = fly()
    assert copter.long(246, 1) == 0
    time.sleep(0.5)
    while copter.link.recv_match() is not None:
        pass
    assert copter.hear("HEARTBEAT", within=2) is None, "it is starting"
    time_of_boot = copter.wait(lambda m: True, "SYSTEM_TIME", within=6).time_boot_ms
    assert time_of_boot < 5_000
    assert copter.long(400, 1) == mavlink.MAV_RESULT_FAILED, "no position yet"
    assert copter.said("Arm: AHRS: waiting for home")


def is_signed(message):
    return message.get_header().incompat_flags & 1 == 1


def test_signing_is_set_up_and_then_required(fly):
    copter = fly()
    key = bytes(range(32))
    copter.mav.setup_signing_send(1, 1, key, 0)
    copter.wait(is_signed, "HEARTBEAT", within=5)
    copter.mav.command_long_send(1, 1, 512, 0, 148, 0, 0, 0, 0, 0, 0)
    assert copter.hear("COMMAND_ACK", within=2) is None, "unsigned"
    copter.link.setup_signing(key, sign_outgoing=True)
    assert copter.long(512, 148) == 0
    copter.wait(lambda m: m.get_signed(), "HEARTBEAT", within=3)
    copter.mav.setup_signing_send(1, 1, bytes(32), 0)
    copter.link.disable_signing()
    copter.wait(lambda m: not is_signed(m), "HEARTBEAT", within=5)
    assert copter.long(512, 148) == 0


def test_scenarios_refuse_report_and_lose_one_way(fly):
    scenario = """
[[fault]]
at = "0s"
kind = "refuse"
command = 400
result = "temporarily_rejected"
for = "3s"
[[fault]]
at = "0s"
kind = "progress"
[[fault]]
at = "30s"
kind = "silence"
way = "up"
"""
    copter = fly(scenario=scenario)
    assert copter.long(400, 1) == mavlink.MAV_RESULT_TEMPORARILY_REJECTED
    time.sleep(3.5)
    assert copter.long(176, 1, 4) == 0 and copter.long(400, 1) == 0
    assert copter.long(22, 0, 0, 0, 0, 0, 0, 10) == mavlink.MAV_RESULT_IN_PROGRESS
    last = copter.hear("COMMAND_ACK", within=20, that=lambda ack: ack.command == 22 and ack.result == 0)
    assert last is not None and last.progress == 100
