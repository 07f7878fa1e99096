"""Other stations behind a forward: pymavlink compares bytes, MAVProxy and MAVSDK command a simulated vehicle."""

import asyncio
import os
import shutil
import socket
import subprocess
import sys
import threading
import time
import warnings
from collections import defaultdict
from pathlib import Path

import pytest
from conftest import VOLERY, free_port, mavlink, mavutil, wait_for

with warnings.catch_warnings():
    # The package says that its next major version will have another name.
    warnings.simplefilter("ignore", FutureWarning)
    import mavsdk

MAVPROXY = shutil.which("mavproxy.py", path=f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}")


@pytest.fixture
def process():
    """Starts programs and ends them with the test."""
    running = []

    def start(*command, **options):
        running.append(subprocess.Popen(command, **options))
        return running[-1]

    yield start
    for one in running:
        one.kill()
        one.wait()


def behind(tmp_path, forward, direction="both"):
    """Arguments for a station with one port for vehicles and one forward; the port."""
    port = free_port()
    path = tmp_path / "fleet.toml"
    path.write_text(
        f'[[link]]\nname = "in"\nurl = "udpin:127.0.0.1:{port}"\n'
        f'[[forward]]\nname = "other"\nurl = "{forward}"\ndirection = "{direction}"\n'
    )
    return port, ("-c", str(path))


def sim(process, port, autopilot="ardupilot", vehicles=1):
    command = [VOLERY, "sim", "--vehicles", str(vehicles), "--autopilot", autopilot]
    return process(*command, "--to", f"udpout:127.0.0.1:{port}", stderr=subprocess.DEVNULL)


def shown(volery):
    return volery.fleet()["forwards"]["other"]


class Tap:
    """Between vehicles and the station: remembers every datagram that vehicles sent, and hands it on."""

    def __init__(self, to):
        self.socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.socket.bind(("127.0.0.1", 0))
        self.socket.settimeout(0.2)
        self.port = self.socket.getsockname()[1]
        self.to, self.sent, self.alive = to, [], True
        self.thread = threading.Thread(target=self.run, daemon=True)
        self.thread.start()

    def run(self):
        while self.alive:
            try:
                data = self.socket.recv(2048)
            except TimeoutError:
                continue
            self.sent.append(data)
            self.socket.sendto(data, ("127.0.0.1", self.to))

    def stop(self):
        self.alive = False
        self.thread.join()
        self.socket.close()


def frames(datagrams):
    """Whole frames by who sent them, split and checked by pymavlink."""
    by_sender = defaultdict(list)
    for data in datagrams:
        # A parser of its own per datagram: what one leaves behind must not help the next.
        for message in mavlink.MAVLink(None).parse_buffer(data) or []:
            by_sender[message.get_srcSystem(), message.get_srcComponent()].append(bytes(message.get_msgbuf()))
    return by_sender


def test_bytes_behind_a_forward_are_those_the_vehicles_sent(station, process):
    behind_it = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    behind_it.bind(("127.0.0.1", 0))
    behind_it.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4 << 20)
    behind_it.settimeout(1)
    port = free_port()
    out = f"udpout:127.0.0.1:{behind_it.getsockname()[1]}"
    volery = station(f"udpin:127.0.0.1:{port}", extra=("--forward", out))
    tap = Tap(port)
    simulated = sim(process, tap.port, "mixed", vehicles=6)
    wait_for(lambda: len(volery.fleet()["vehicles"]) == 6, 10)
    time.sleep(3)
    simulated.kill()
    received = []
    try:
        while True:
            received.append(behind_it.recv(2048))
    except TimeoutError:
        pass
    tap.stop()
    sent, got = frames(tap.sent), frames(received)
    assert len(sent) >= 6 and sum(map(len, sent.values())) > 100
    assert got == sent, "bytes, their order or their number changed"
    assert all(len(frames([data])) == 1 for data in received), "one frame per datagram"


@pytest.mark.skipif(MAVPROXY is None, reason="MAVProxy is not installed")
def test_mavproxy_behind_a_forward_commands_the_vehicle_and_we_see_it(station, process, tmp_path):
    master = free_port()
    port, config = behind(tmp_path, f"udpout:127.0.0.1:{master}")
    volery = station(extra=config)
    sim(process, port)
    wait_for(lambda: (volery.vehicle("mav-1") or {}).get("mode") == "STABILIZE", 10)
    mavproxy = process(
        *(sys.executable, MAVPROXY, f"--master=udpin:127.0.0.1:{master}", "--default-modules=arm,mode,cmdlong"),
        *(f"--state-basedir={tmp_path}", "--streamrate=-1", "--source-system=250"),
        cwd=tmp_path,
        stdin=subprocess.PIPE,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        text=True,
    )

    def say(words):
        mavproxy.stdin.write(words + "\n")
        mavproxy.stdin.flush()

    wait_for(lambda: "250/230" in shown(volery).get("others", {}), 40)
    say("mode GUIDED")
    wait_for(lambda: volery.vehicle("mav-1")["mode"] == "GUIDED", 15)
    say("arm throttle")
    wait_for(lambda: volery.vehicle("mav-1").get("armed"), 15)
    assert list(volery.fleet()["vehicles"]) == ["mav-1"], "MAVProxy itself became a vehicle"
    assert shown(volery)["passed_frames"] > 0


@pytest.mark.skipif(shutil.which("socat") is None, reason="socat is not installed")
def test_a_station_on_a_serial_line_reads_and_commands_the_vehicle(station, process, tmp_path):
    near, far = tmp_path / "near", tmp_path / "far"
    ends = [f"pty,raw,echo=0,link={end}" for end in (near, far)]
    process("socat", *ends)
    wait_for(lambda: near.exists() and far.exists())
    port, config = behind(tmp_path, f"serial://{near}?baud=57600")
    volery = station(extra=config)
    sim(process, port)
    wait_for(lambda: volery.vehicle("mav-1"), 10)
    other = mavutil.mavlink_connection(str(far), baud=57600, source_system=250)
    assert other.wait_heartbeat(timeout=10) is not None
    other.mav.command_long_send(1, 1, mavlink.MAV_CMD_DO_SET_MODE, 0, 1, 4, 0, 0, 0, 0, 0)
    wait_for(lambda: volery.vehicle("mav-1")["mode"] == "GUIDED", 10)
    ack = other.recv_match(type="COMMAND_ACK", blocking=True, timeout=10)
    assert ack is not None and ack.result == 0
    other.close()


def test_without_both_mavproxy_may_only_look(station, process, tmp_path):
    master = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    master.bind(("127.0.0.1", 0))
    master.settimeout(10)
    port, config = behind(tmp_path, f"udpout:127.0.0.1:{master.getsockname()[1]}", "out")
    volery = station(extra=config)
    sim(process, port)
    wait_for(lambda: volery.vehicle("mav-1"), 10)
    _, forward = master.recvfrom(2048)
    mav = mavlink.MAVLink(None, srcSystem=250, srcComponent=190)
    for _ in range(5):
        command = mav.command_long_encode(1, 1, mavlink.MAV_CMD_DO_SET_MODE, 0, 1, 4, 0, 0, 0, 0, 0)
        master.sendto(command.pack(mav), forward)
        mav.seq = (mav.seq + 1) % 256
    wait_for(lambda: shown(volery).get("received_frames") == 5, 10)
    assert shown(volery)["ignored_frames"] == 5
    assert volery.vehicle("mav-1")["mode"] == "STABILIZE"


@pytest.mark.filterwarnings("ignore:path is deprecated")
def test_mavsdk_behind_a_forward_flies_a_px4(station, process, tmp_path):
    out = free_port()
    port, config = behind(tmp_path, f"udpout:127.0.0.1:{out}")
    volery = station(extra=config)
    sim(process, port, "px4")
    wait_for(lambda: volery.vehicle("mav-1"), 10)

    async def first(stream, holds, within=60):
        async def search():
            async for value in stream:
                if holds(value):
                    return value

        return await asyncio.wait_for(search(), within)

    async def fly():
        drone = mavsdk.System(sysid=245, port=free_port(socket.SOCK_STREAM))
        await drone.connect(system_address=f"udpin://127.0.0.1:{out}")
        try:
            await first(drone.core.connection_state(), lambda state: state.is_connected)
            await first(drone.telemetry.health(), lambda health: health.is_armable and health.is_home_position_ok)
            await drone.action.set_takeoff_altitude(10)
            await drone.action.arm()
            await drone.action.takeoff()
            await first(drone.telemetry.position(), lambda position: position.relative_altitude_m > 8)
            flying = volery.vehicle("mav-1")
            assert flying["armed"] and flying["position"]["alt_rel_m"] > 7
            await drone.action.return_to_launch()
            await first(drone.telemetry.flight_mode(), lambda mode: mode.name == "RETURN_TO_LAUNCH")
            wait_for(lambda: volery.vehicle("mav-1")["mode_class"] == "return", 5)
            await drone.action.land()
            await first(drone.telemetry.armed(), lambda armed: not armed, 90)
        finally:
            drone._stop_mavsdk_server()

    asyncio.run(fly())
    wait_for(lambda: not volery.vehicle("mav-1")["armed"], 5)
    assert "245/190" in shown(volery)["others"]
    assert shown(volery)["passed_frames"] > 5
    alarms = [event["text"] for event in volery.events() if "our id" in event["text"]]
    assert not alarms


def test_frames_over_websocket_are_those_the_vehicles_sent_and_nobody_may_send_any(station, process):
    from websockets.exceptions import ConnectionClosed
    from websockets.sync.client import connect

    port = free_port()
    volery = station(f"udpin:127.0.0.1:{port}")
    tap = Tap(port)
    with connect(f"ws://127.0.0.1:{volery.http}/ws/frames") as reader:
        simulated = sim(process, tap.port, "mixed", vehicles=3)
        wait_for(lambda: len(volery.fleet()["vehicles"]) == 3, 10)
        time.sleep(2)
        simulated.kill()
        received = []
        try:
            while True:
                received.append(reader.recv(timeout=1))
        except TimeoutError:
            pass
        tap.stop()
        got, sent = frames(received), frames(tap.sent)
        assert got == sent and len(sent) >= 3
        reader.send(tap.sent[0])
        with pytest.raises(ConnectionClosed) as closed:
            while True:
                reader.recv(timeout=5)
        assert closed.value.rcvd.code == 1008 and "frames to vehicles" in closed.value.rcvd.reason
    wait_for(lambda: any("frames to vehicles refused" in event["text"] for event in volery.events()), 5)
