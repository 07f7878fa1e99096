"""The tools of others against the simulator: pymavlink's FTP client, and MAVProxy with its modules."""

import os
import shutil
import subprocess
import sys
import time
from pathlib import Path

import pytest
from conftest import VOLERY, free_port, wait_for
from simulated import Simulated

mavftp = pytest.importorskip("pymavlink.mavftp")
MAVPROXY = shutil.which("mavproxy.py", path=f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}")


@pytest.fixture
def copter(tmp_path):
    vehicle = Simulated(tmp_path=tmp_path)
    yield vehicle
    vehicle.stop()


@pytest.fixture
def lossy_copter(tmp_path):
    scenario = '[[fault]]\nat = "0s"\nkind = "loss"\npercent = 5\n'
    vehicle = Simulated(tmp_path=tmp_path, scenario=scenario)
    yield vehicle
    vehicle.stop()


def get(vehicle, path, to):
    client = mavftp.MAVFTP(vehicle.link, target_system=1, target_component=1)
    client.cmd_get([path, str(to)])
    outcome = client.process_ftp_reply("OpenFileRO", timeout=60)
    assert outcome.return_code == 0, outcome.return_code
    return to.read_bytes()


def test_pymavlink_fetches_the_packed_parameters(copter, tmp_path):
    packed = get(copter, "@PARAM/param.pck", tmp_path / "param.pck")
    params = mavftp.MAVFTP.ftp_param_decode(packed)
    assert params is not None
    values = {name.decode(): value for name, value, *_ in params.params}
    assert len(values) == 1363
    assert values["MAV_SYSID"] == 1 and values["FENCE_ALT_MAX"] == 100


def test_pymavlink_fetches_them_over_a_bad_link(lossy_copter, tmp_path):
    packed = get(lossy_copter, "@PARAM/param.pck", tmp_path / "param.pck")
    assert len(mavftp.MAVFTP.ftp_param_decode(packed).params) == 1363


class Proxy:
    """MAVProxy with a vehicle of its own, typed at like a person would."""

    def __init__(self, tmp_path, autopilot="ardupilot"):
        port = free_port()
        self.sim = subprocess.Popen(
            [VOLERY, "sim", "--vehicles", "1", "--autopilot", autopilot, "--to", f"udpout:127.0.0.1:{port}"],
            stderr=subprocess.DEVNULL,
        )
        self.log = tmp_path / "mavproxy.txt"
        self.proxy = subprocess.Popen(
            [sys.executable, "-u", MAVPROXY, f"--master=udpin:127.0.0.1:{port}", f"--state-basedir={tmp_path}"],
            cwd=tmp_path,
            stdin=subprocess.PIPE,
            stdout=self.log.open("wb"),
            stderr=subprocess.STDOUT,
            env={**os.environ, "TERM": "dumb"},
        )

    def type(self, line):
        self.proxy.stdin.write(line.encode() + b"\n")
        self.proxy.stdin.flush()

    def shown(self, text, within=20):
        try:
            wait_for(lambda: text in self.log.read_text(errors="replace"), within)
        except AssertionError:
            raise AssertionError(f"{text!r} not in:\n{self.log.read_text(errors='replace')[-3000:]}") from None

    def stop(self):
        for process in (self.proxy, self.sim):
            process.kill()
            process.wait()


@pytest.fixture
def proxy(tmp_path):
    running = Proxy(tmp_path)
    yield running
    running.stop()


WAYPOINTS = """QGC WPL 110
0\t1\t0\t16\t0\t0\t0\t0\t-35.363262\t149.165237\t584\t1
1\t0\t3\t22\t0\t0\t0\t0\t-35.363262\t149.165237\t15\t1
2\t0\t3\t16\t0\t0\t0\t0\t-35.362262\t149.165237\t15\t1
3\t0\t0\t20\t0\t0\t0\t0\t0\t0\t0\t1
"""


@pytest.mark.skipif(MAVPROXY is None, reason="MAVProxy is not installed")
def test_mavproxy_loads_waypoints_fetches_parameters_and_flies(proxy, tmp_path):
    proxy.shown("Received 1363 parameters", 40)
    (tmp_path / "mission.txt").write_text(WAYPOINTS)
    proxy.type("wp load mission.txt")
    proxy.shown("Flight plan received")
    proxy.type("wp list")
    proxy.shown("Saved 4 waypoints")
    saved = (tmp_path / "way.txt").read_text()
    assert saved.count("\n") == 5, saved
    proxy.type("param set FENCE_ALT_MAX 77")
    time.sleep(1)
    proxy.type("param show FENCE_ALT_MAX")
    proxy.shown("77.0")
    proxy.type("ftp get @PARAM/param.pck p.pck")
    wait_for(lambda: (tmp_path / "p.pck").exists() and (tmp_path / "p.pck").stat().st_size > 10_000, 30)
    proxy.type("mode GUIDED")
    proxy.shown("GUIDED")
    proxy.type("arm throttle")
    proxy.shown("Arming motors")
    proxy.type("takeoff 10")
    time.sleep(1)
    proxy.type("mode RTL")
    proxy.shown("RTL")
    proxy.shown("Disarming motors", 60)
