"""What every interop test needs: a running station, and vehicles made of pymavlink."""

import json
import os
import signal
import socket
import subprocess
import threading
import time
import urllib.error
import urllib.request
from pathlib import Path

import pytest

os.environ["MAVLINK20"] = "1"
from pymavlink import mavutil  # noqa: E402
from pymavlink.dialects.v20 import ardupilotmega as mavlink  # noqa: E402

ROOT = Path(__file__).resolve().parents[2]
VOLERY = os.environ.get("VOLERY", str(ROOT / "target" / "release" / "volery"))


def free_port(kind=socket.SOCK_DGRAM):
    with socket.socket(socket.AF_INET, kind) as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def wait_for(what, within=5.0):
    """The first true value of `what()`; fails after `within` seconds."""
    end = time.monotonic() + within
    while True:
        value = what()
        if value:
            return value
        assert time.monotonic() < end, f"never: {what}"
        time.sleep(0.02)


class Station:
    """One `volery serve` on ports of its own."""

    def __init__(self, folder, links, extra=()):
        self.http = free_port(socket.SOCK_STREAM)
        self.log = folder / "flights.db"
        command = [VOLERY, "serve", "--listen", f"127.0.0.1:{self.http}", "--log", str(self.log), *extra]
        for link in links:
            command += ["--link", link]
        self.environment = {**os.environ, "XDG_RUNTIME_DIR": str(folder)}
        self.process = subprocess.Popen(command, cwd=folder, env=self.environment, stderr=subprocess.PIPE, text=True)
        wait_for(self.is_up)

    def is_up(self):
        assert self.process.poll() is None, self.process.stderr.read()
        try:
            return self.get("/healthz")
        except (urllib.error.URLError, ConnectionError):
            return None

    def get(self, route):
        with urllib.request.urlopen(f"http://127.0.0.1:{self.http}{route}", timeout=5) as answer:
            return json.load(answer)

    def fleet(self):
        return self.get("/api/v1/fleet")

    def vehicle(self, name):
        return self.fleet()["vehicles"].get(name)

    def events(self):
        return self.get("/api/v1/events?limit=1000")

    def stop(self):
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
        return self.process.wait(5)


@pytest.fixture
def station(tmp_path):
    made = []

    def make(*links, extra=()):
        made.append(Station(tmp_path, links, extra))
        return made[-1]

    yield make
    for one in made:
        one.stop()


class Vehicle:
    """A vehicle that pymavlink plays: heartbeats, a position, answers to requests; on a socket of its own."""

    def __init__(self, url, sysid=1, mav_type=mavlink.MAV_TYPE_QUADROTOR, lat=-35.36, uid=0, answers=True, **options):
        self.link = mavutil.mavlink_connection(
            url, source_system=sysid, source_component=1, dialect="ardupilotmega", **options
        )
        self.sysid, self.mav_type, self.lat, self.uid, self.answers = sysid, mav_type, lat, uid, answers
        self.heard = []
        self.boot = time.monotonic()
        self.custom_mode = 4
        self.alive = True
        self.thread = threading.Thread(target=self.live, daemon=True)
        self.thread.start()

    def live(self):
        beat = 0.0
        while self.alive:
            now = time.monotonic()
            try:
                if now - beat >= 0.5:
                    beat = now
                    self.speak(int((now - self.boot) * 1000))
                while message := self.link.recv_match(blocking=False):
                    self.heard.append(message)
                    if self.answers and message.get_type() == "COMMAND_LONG":
                        self.answer(message)
            except OSError:
                pass
            time.sleep(0.01)

    def speak(self, boot_ms):
        mav = self.link.mav
        mav.heartbeat_send(self.mav_type, mavlink.MAV_AUTOPILOT_ARDUPILOTMEGA, 81, self.custom_mode, 4)
        mav.global_position_int_send(boot_ms, int(self.lat * 1e7), 1491651000, 584000, 10000, 100, 0, 0, 9000)
        if self.uid:
            mav.system_time_send(int(time.time() * 1e6), boot_ms)

    def answer(self, message):
        if message.target_system != self.sysid:
            return
        mav = self.link.mav
        mav.command_ack_send(message.command, 0, 0, 0, message.get_srcSystem(), message.get_srcComponent())
        if message.command == 512 and int(message.param1) == 148:
            mav.autopilot_version_send(0, 0x040507FF, 0, 0, 0, [0] * 8, [0] * 8, [0] * 8, 0, 0, self.uid)
        if message.command == 512 and int(message.param1) == 242:
            mav.home_position_send(int(self.lat * 1e7), 1491651000, 574000, 0, 0, 0, [1, 0, 0, 0], 0, 0, 0)

    def received(self, name):
        return [message for message in list(self.heard) if message.get_type() == name]

    def stop(self):
        self.alive = False
        self.thread.join()
        self.link.close()
