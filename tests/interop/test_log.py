"""The flight log on disks that are slow, full, broken or dead: shown, survived, and nothing lost that is not told.

The faults are put on the writer thread alone with strace, on the file system with a small tmpfs.
"""

import json
import os
import shutil
import signal
import socket
import sqlite3
import struct
import subprocess
import threading
import time
import urllib.error
from pathlib import Path

import pytest
from conftest import ROOT, VOLERY, Station, free_port, wait_for

needs_strace = pytest.mark.skipif(not shutil.which("strace"), reason="strace is not installed")
needs_root = pytest.mark.skipif(os.geteuid() != 0, reason="mounting needs root")


def frames():
    """Frames of a recording, as they were on the wire."""
    data = (ROOT / "tests/data/sitl-three_copters.tlog").read_bytes()
    at = 0
    while at < len(data):
        magic, length, flags = data[at + 8], data[at + 9], data[at + 10]
        size = length + 8 if magic == 0xFE else length + 12 + 13 * (flags & 1)
        yield data[at + 8 : at + 8 + size]
        at += 8 + size


class Traffic:
    """Three copters at 3,000 frames a second, over and over."""

    RATE = 3000
    flowing = []

    def __init__(self, port):
        self.flowing.append(self)
        self.socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.socket.connect(("127.0.0.1", port))
        self.frames = list(frames())
        self.sent = 0
        self.flows = True
        self.thread = threading.Thread(target=self.run, daemon=True)
        self.thread.start()

    def run(self):
        began = time.monotonic()
        while self.flows:
            due = int((time.monotonic() - began) * self.RATE)
            while self.sent < due and self.flows:
                self.socket.send(self.frames[self.sent % len(self.frames)])
                self.sent += 1
            time.sleep(0.002)

    def stop(self):
        self.flows = False
        self.thread.join()
        return self.sent


class Fault:
    """Something wrong with the system calls of the thread that writes the log."""

    def __init__(self, station, calls, what):
        tasks = Path(f"/proc/{station.process.pid}/task").iterdir()
        writer = next(task.name for task in tasks if (task / "comm").read_text().strip() == "flight-log")
        command = ["strace", "-qq", "-o", "/dev/null", "-p", writer]
        command += ["-e", f"trace={calls}", "-e", f"inject={calls}:{what}"]
        # Only what concerns the log: the thread's words go to standard error by the same call.
        for end in ("", "-wal", "-shm", "-journal", "-lock"):
            command += ["-P", f"{station.log}{end}"]
        self.strace = subprocess.Popen(command, stderr=subprocess.PIPE, text=True)
        status = Path(f"/proc/{station.process.pid}/task/{writer}/status")
        wait_for(lambda: f"TracerPid:\t{self.strace.pid}" in status.read_text())

    def end(self):
        self.strace.send_signal(signal.SIGTERM)
        self.strace.wait(10)


def link(station):
    """The only link, as the fleet shows it."""
    return next(iter(station.fleet()["links"].values()), {"state": "unknown"})


@pytest.fixture(autouse=True)
def no_traffic_stays():
    yield
    while Traffic.flowing:
        Traffic.flowing.pop().stop()


def readiness(station):
    try:
        return station.get("/readyz")
    except urllib.error.HTTPError as refusal:
        return json.load(refusal)


def is_failing(station):
    return readiness(station)["log"] == "failed"


def flies(station):
    """Every copter is live and the answer comes at once, whatever the disk does."""
    began = time.monotonic()
    vehicles = station.fleet()["vehicles"]
    assert time.monotonic() - began < 0.5, "slow to answer"
    return len(vehicles) == 3 and all(vehicle["state"] == "live" for vehicle in vehicles.values())


def accounts_for(station, sent):
    """What was sent is in the log, or in `gap`."""
    wait_for(lambda: link(station).get("frames") == sent, 10)
    assert station.stop() in (0, 143, -15)
    log = sqlite3.connect(f"file:{station.log}?mode=ro", uri=True)
    assert log.execute("PRAGMA integrity_check").fetchone() == ("ok",)
    (kept,) = log.execute("SELECT coalesce(sum(count), 0) FROM frames WHERE direction = 'received'").fetchone()
    (missing,) = log.execute("SELECT coalesce(sum(count), 0) FROM gap WHERE what = 'frames'").fetchone()
    assert kept + missing == sent, f"{kept} kept, {missing} in gaps, {sent} sent"
    assert subprocess.run([VOLERY, "log", "verify", str(station.log)], capture_output=True).returncode == 0
    return missing


def told(station, words):
    return any(event["kind"] == "system" and words in event["text"] for event in station.events())


@needs_strace
def test_a_disk_whose_fsync_takes_two_seconds_costs_nothing(station):
    port = free_port()
    volery = station(f"udpin:127.0.0.1:{port}")
    wait_for(lambda: link(volery)["state"] == "open")
    traffic = Traffic(port)
    wait_for(lambda: flies(volery))
    fault = Fault(volery, "fsync,fdatasync", "delay_exit=2000000")
    wait_for(lambda: is_failing(volery), 10)
    assert "slow disk" in readiness(volery)["error"]["text"]
    for _ in range(20):
        assert flies(volery)
        time.sleep(0.1)
    assert told(volery, "slow disk")
    fault.end()
    wait_for(lambda: not is_failing(volery), 10)
    assert accounts_for(volery, traffic.stop()) == 0


WRITES = "write,pwrite64"
EVERYTHING = "write,pwrite64,read,pread64,openat,fsync,fdatasync,ftruncate,unlink"


@needs_strace
@pytest.mark.parametrize(
    ("calls", "error", "seconds"),
    [(WRITES, "EIO", 3), (WRITES, "EROFS", 1), (WRITES, "ENOSPC", 1), (EVERYTHING, "EIO", 8)],
)
def test_a_disk_that_fails_and_comes_back_costs_nothing(station, calls, error, seconds):
    port = free_port()
    volery = station(f"udpin:127.0.0.1:{port}")
    wait_for(lambda: link(volery)["state"] == "open")
    traffic = Traffic(port)
    wait_for(lambda: flies(volery))
    fault = Fault(volery, calls, f"error={error}")
    wait_for(lambda: is_failing(volery), 5)
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        assert flies(volery)
        time.sleep(0.1)
    fault.end()
    wait_for(lambda: not is_failing(volery), 10)
    wait_for(lambda: told(volery, "written again; nothing is missing"))
    assert accounts_for(volery, traffic.stop()) == 0


@pytest.fixture
def small_disk(tmp_path):
    mount = tmp_path / "disk"
    mount.mkdir()
    subprocess.run(["mount", "-t", "tmpfs", "-o", "size=6m", "tmpfs", str(mount)], check=True)
    yield mount
    subprocess.run(["umount", "-l", str(mount)], check=True)


def fill(disk, leave):
    """Takes all but `leave` bytes."""
    free = os.statvfs(disk)
    ballast = disk / "ballast"
    ballast.write_bytes(b"x" * max(0, free.f_bavail * free.f_frsize - leave))
    return ballast


@needs_root
def test_a_full_disk_is_shown_and_recording_resumes_when_there_is_room(small_disk):
    port = free_port()
    volery = Station(small_disk, [f"udpin:127.0.0.1:{port}"])
    try:
        wait_for(lambda: link(volery)["state"] == "open")
        traffic = Traffic(port)
        wait_for(lambda: flies(volery))
        ballast = fill(small_disk, 200_000)
        wait_for(lambda: is_failing(volery), 15)
        assert "full" in readiness(volery)["error"]["text"]
        for _ in range(20):
            assert flies(volery)
            time.sleep(0.1)
        ballast.unlink()
        freed = time.monotonic()
        wait_for(lambda: not is_failing(volery), 10)
        print(f"resumed {time.monotonic() - freed:.1f} s after there was room")
        wait_for(lambda: told(volery, "full"))
        assert accounts_for(volery, traffic.stop()) == 0
    finally:
        volery.stop()


@needs_root
def test_a_station_starts_on_a_full_disk_and_records_when_there_is_room(small_disk):
    port = free_port()
    ballast = fill(small_disk, 0)
    volery = Station(small_disk, [f"udpin:127.0.0.1:{port}"])
    try:
        wait_for(lambda: link(volery)["state"] == "open")
        traffic = Traffic(port)
        wait_for(lambda: flies(volery))
        assert is_failing(volery)
        ballast.unlink()
        wait_for(lambda: not is_failing(volery), 10)
        assert accounts_for(volery, traffic.stop()) == 0
    finally:
        volery.stop()


def test_python_reads_the_frames_as_the_documentation_says(station, tmp_path):
    port = free_port()
    volery = station(f"udpin:127.0.0.1:{port}")
    sent = list(frames())[:500]
    wait_for(lambda: link(volery)["state"] == "open")
    line = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    line.connect(("127.0.0.1", port))
    for n, frame in enumerate(sent):
        line.send(frame)
        if n % 50 == 0:
            time.sleep(0.01)
    wait_for(lambda: link(volery).get("frames") == len(sent))
    volery.stop()
    page = (ROOT / "docs/flight-log.md").read_text()
    program = page.split("```python\n")[1].split("```")[0]
    shutil.copy(volery.log, tmp_path / "copy.db")
    program = program.replace("flights.db", str(tmp_path / "copy.db"))
    printed = subprocess.run(["python3", "-c", program], capture_output=True, text=True, check=True).stdout
    assert [line.split()[2] for line in printed.splitlines()] == [frame.hex() for frame in sent]
    exported = tmp_path / "out.tlog"
    command = [VOLERY, "log", "export", str(volery.log), "--format", "tlog", "--received", "-o", str(exported)]
    subprocess.run(command, check=True)
    from pymavlink import mavutil

    read = mavutil.mavlink_connection(str(exported))
    found = []
    while message := read.recv_match():
        if message.get_type() != "BAD_DATA":
            found.append(bytes(message.get_msgbuf()))
    assert found == sent
    assert struct.unpack(">Q", exported.read_bytes()[:8])[0] > 1e15
