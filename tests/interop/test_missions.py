"""Missions and parameters with vehicles that pymavlink plays, as old, odd and stubborn as real ones are."""

import json
import subprocess
import threading
import time

import pytest

from conftest import VOLERY, Vehicle, free_port, mavlink, wait_for

WAYPOINTS = [(-35.3601 - n * 1e-4, 149.1601 + n * 2e-4, 20 + n) for n in range(6)]


def plan_file(folder, waypoints=WAYPOINTS):
    lines = ["QGC WPL 110", "0\t1\t0\t16\t0\t0\t0\t0\t-35.36\t149.16\t584\t1"]
    for number, (lat, lon, alt) in enumerate(waypoints, 1):
        lines.append(f"{number}\t0\t3\t16\t0\t0\t0\t0\t{lat:.7f}\t{lon:.7f}\t{alt}\t1")
    path = folder / "drawn.waypoints"
    path.write_text("\n".join(lines) + "\n")
    return str(path)


class Odd(Vehicle):
    """Asks with MISSION_REQUEST, twice where it likes, and says things nobody asked for."""

    def __init__(self, url, stops_at=None, refuses=None, **options):
        self.mission, self.count, self.stops_at, self.refuses = {}, 0, stops_at, refuses
        self.asked = []
        super().__init__(url, answers=False, **options)

    def live(self):
        beat = 0.0
        mav = self.link.mav
        while self.alive:
            now = time.monotonic()
            if now - beat >= 0.5:
                beat = now
                self.speak(int((now - self.boot) * 1000))
            try:
                message = self.link.recv_match(blocking=False)
            except OSError:
                message = None
            if message is None:
                time.sleep(0.005)
                continue
            self.heard.append(message)
            station = (message.get_srcSystem(), message.get_srcComponent())
            kind = message.get_type()
            if kind == "MISSION_COUNT":
                self.count, self.mission = message.count, {}
                # Another station is answered at the same time, and an old answer comes late.
                mav.mission_ack_send(254, 190, mavlink.MAV_MISSION_ERROR, 0)
                self.ask(station, 0)
            elif kind == "MISSION_ITEM_INT":
                self.take(station, message)
            elif kind == "MISSION_ITEM":
                raise AssertionError("a float item to a vehicle that never insisted on one")
            elif kind == "MISSION_REQUEST_LIST":
                mav.mission_count_send(*station, len(self.mission), 0)
            elif kind == "MISSION_REQUEST_INT":
                self.tell(station, message.seq)

    def ask(self, station, seq):
        self.asked.append(seq)
        mav = self.link.mav
        if self.stops_at is not None and seq >= self.stops_at:
            return
        mav.mission_request_send(*station, seq, 0)
        # Some ask twice in a row, and in the other way.
        if seq % 2 == 0:
            mav.mission_request_int_send(*station, seq, 0)

    def take(self, station, item):
        mav = self.link.mav
        if self.refuses == item.seq:
            mav.mission_ack_send(*station, mavlink.MAV_MISSION_INVALID_PARAM5_X, 0)
            return
        is_deaf = self.stops_at is not None and item.seq >= self.stops_at
        if is_deaf or item.seq != len(self.mission):
            return
        self.mission[item.seq] = item
        if len(self.mission) < self.count:
            self.ask(station, item.seq + 1)
            return
        # An answer to everybody, and once more.
        mav.mission_ack_send(0, 0, mavlink.MAV_MISSION_ACCEPTED, 0)
        mav.mission_ack_send(*station, mavlink.MAV_MISSION_ACCEPTED, 0)

    def tell(self, station, seq):
        item = self.mission[seq]
        fields = (item.frame, item.command, 0, 1, item.param1, item.param2, item.param3, item.param4)
        self.link.mav.mission_item_int_send(*station, seq, *fields, item.x, item.y, item.z, 0)


def run(volery, *words, code=0):
    """A verb against the station; its output and what it said."""
    environment = {**volery.environment, "VOLERY_URL": f"127.0.0.1:{volery.http}"}
    done = subprocess.run([VOLERY, *words], capture_output=True, text=True, env=environment, timeout=90)
    assert done.returncode == code, (words, done)
    return done


@pytest.fixture
def odd(station):
    port = free_port()
    volery = station(f"udpin:127.0.0.1:{port}")
    made = []

    def make(**options):
        made.append(Odd(f"udpout:127.0.0.1:{port}", uid=77, **options))
        wait_for(lambda: (volery.vehicle("mav-1") or {}).get("state") == "live", 5)
        return volery, made[-1]

    yield make
    for vehicle in made:
        vehicle.stop()


def test_a_vehicle_that_asks_with_mission_request_gets_whole_numbers_and_every_item(odd, tmp_path):
    volery, vehicle = odd()
    answer = json.loads(run(volery, "mission", "put", "mav-1", plan_file(tmp_path), "--yes", "--json").stdout)
    report = answer["vehicles"]["mav-1"]
    assert report["state"] == "done" and report["verified"], report
    # Home first, as ArduPilot counts; then exactly what was drawn.
    assert len(vehicle.mission) == len(WAYPOINTS) + 1
    for (lat, lon, alt), seq in zip(WAYPOINTS, range(1, 7)):
        item = vehicle.mission[seq]
        assert (item.x, item.y, item.z) == (round(lat * 1e7), round(lon * 1e7), alt)
        assert item.frame in (mavlink.MAV_FRAME_GLOBAL_RELATIVE_ALT, mavlink.MAV_FRAME_GLOBAL_RELATIVE_ALT_INT)
    read = json.loads(run(volery, "mission", "get", "mav-1").stdout)
    assert read["volery"]["items"] == len(WAYPOINTS)
    run(volery, "mission", "diff", "mav-1", plan_file(tmp_path))


def test_an_item_the_vehicle_refuses_is_named_and_what_it_may_hold_is_said(odd, tmp_path):
    volery, _ = odd(refuses=3)
    done = run(volery, "mission", "put", "mav-1", plan_file(tmp_path), "--yes", code=5)
    assert "item 3" in done.stdout and "latitude" in done.stdout, done.stdout
    assert "partial mission" in done.stdout, done.stdout
    told = [event for event in volery.events() if event["kind"] == "mission" and event["severity"] == "critical"]
    assert told, "a half-written mission goes unannounced"


def test_a_vehicle_that_falls_silent_in_the_middle_ends_in_a_definite_warning(odd, tmp_path):
    volery, vehicle = odd(stops_at=4)
    done = run(volery, "mission", "put", "mav-1", plan_file(tmp_path), "--yes", code=6)
    assert "fell silent" in done.stdout and "partial" in done.stdout, done.stdout
    assert vehicle.asked[-1] == 4


class Settings(Vehicle):
    """Three parameters, one of which it keeps as it likes."""

    def __init__(self, url, **options):
        self.params = {"WPNAV_SPEED": 500.0, "RTL_ALT": 1500.0, "STUBBORN": 1.0}
        super().__init__(url, **options)

    def answer(self, message):
        super().answer(message)

    def live(self):
        threading.Thread(target=self.settings, daemon=True).start()
        super().live()

    def settings(self):
        seen = 0
        while self.alive:
            for message in self.heard[seen:]:
                seen += 1
                kind = message.get_type()
                if kind == "PARAM_REQUEST_LIST":
                    for name in self.params:
                        self.tell(name)
                elif kind == "PARAM_REQUEST_READ" and message.param_id in self.params:
                    self.tell(message.param_id)
                elif kind == "PARAM_SET" and message.param_id in self.params:
                    if message.param_id != "STUBBORN":
                        self.params[message.param_id] = message.param_value
                    self.tell(message.param_id)
            time.sleep(0.005)

    def tell(self, name):
        names = list(self.params)
        self.link.mav.param_value_send(
            name.encode(), self.params[name], mavlink.MAV_PARAM_TYPE_REAL32, len(names), names.index(name)
        )


def test_parameters_are_read_set_and_a_stubborn_one_is_named(station, tmp_path):
    port = free_port()
    volery = station(f"udpin:127.0.0.1:{port}")
    vehicle = Settings(f"udpout:127.0.0.1:{port}", uid=78)
    wait_for(lambda: (volery.vehicle("mav-1") or {}).get("firmware"), 5)
    assert json.loads(run(volery, "param", "get", "mav-1", "--json").stdout) == vehicle.params
    run(volery, "param", "set", "mav-1", "WPNAV_SPEED", "800", "--yes")
    assert vehicle.params["WPNAV_SPEED"] == 800.0
    done = run(volery, "param", "set", "mav-1", "STUBBORN", "2", "--yes", code=5)
    assert "kept 1 instead" in done.stdout, done.stdout
    # Somebody else sets one: the station's own copy follows, and says so.
    vehicle.params["RTL_ALT"] = 3000.0
    vehicle.tell("RTL_ALT")
    wait_for(lambda: any("not set by this station" in event["text"] for event in volery.events()))
    assert json.loads(run(volery, "param", "get", "mav-1", "RTL_ALT", "--json").stdout) == {"RTL_ALT": 3000}
    vehicle.stop()
