"""MAVProxy beside us: both stations hear the same vehicles, neither disturbs the other."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from conftest import VOLERY, free_port, mavutil, wait_for

MAVPROXY = shutil.which("mavproxy.py", path=f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}")


@pytest.mark.skipif(MAVPROXY is None, reason="MAVProxy is not installed")
def test_a_simulated_vehicle_behind_mavproxy_is_a_vehicle_here_too(station, tmp_path):
    ours, master = free_port(), free_port()
    volery = station(f"udpin:127.0.0.1:{ours}")
    simulated = subprocess.Popen([VOLERY, "sim", "--vehicles", "1", "--to", f"udpout:127.0.0.1:{master}"])
    mavproxy = subprocess.Popen(
        [sys.executable, MAVPROXY, f"--master=udpin:127.0.0.1:{master}", f"--out=udpout:127.0.0.1:{ours}"]
        + ["--non-interactive", "--default-modules=", f"--state-basedir={tmp_path}", "--streamrate=4"],
        cwd=tmp_path,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        shown = wait_for(lambda: (volery.vehicle("mav-1") or {}).get("position") and volery.vehicle("mav-1"), 30)
        assert shown["autopilot"] == "ardupilotmega" and shown["state"] == "live"
        wait_for(lambda: (volery.vehicle("mav-1") or {}).get("firmware"), 15)
        assert list(volery.fleet()["vehicles"]) == ["mav-1"], "MAVProxy itself became a vehicle"
    finally:
        for process in (mavproxy, simulated):
            process.kill()
            process.wait()


def test_pymavlink_commands_a_simulated_copter_while_we_watch(station):
    port = free_port()
    volery = station(f"udpin:127.0.0.1:{port}")
    other = free_port()
    simulated = subprocess.Popen([VOLERY, "sim", "--vehicles", "1", "--to", f"udpout:127.0.0.1:{other}"])
    watched = subprocess.Popen([VOLERY, "sim", "--vehicles", "2", "--to", f"udpout:127.0.0.1:{port}"])
    try:
        station_link = mavutil.mavlink_connection(f"udpin:127.0.0.1:{other}", source_system=250)
        assert station_link.wait_heartbeat(timeout=10) is not None
        station_link.mav.command_long_send(1, 1, 512, 0, 148, 0, 0, 0, 0, 0, 0)
        assert station_link.recv_match(type="AUTOPILOT_VERSION", blocking=True, timeout=5) is not None
        wait_for(lambda: len(volery.fleet()["vehicles"]) == 2, 10)
        wait_for(lambda: all(v.get("home") for v in volery.fleet()["vehicles"].values()), 10)
    finally:
        for process in (simulated, watched):
            process.kill()
            process.wait()
