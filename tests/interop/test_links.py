"""Every kind of link, with pymavlink at the other end: what comes, what goes, and what happens when it breaks."""

import os
import subprocess
import time

import pytest
from conftest import Vehicle, free_port, mavlink, wait_for


def live(volery, name="mav-1"):
    return (volery.vehicle(name) or {}).get("state") == "live"


def test_tcp_vehicles_dial_in_and_each_is_answered(station):
    import socket

    port = free_port(socket.SOCK_STREAM)
    volery = station(f"tcpin:127.0.0.1:{port}")
    vehicles = [Vehicle(f"tcp:127.0.0.1:{port}", sysid=n, uid=n) for n in (1, 2)]
    for n, vehicle in zip((1, 2), vehicles):
        wait_for(lambda n=n: (volery.vehicle(f"mav-{n}") or {}).get("uid") == str(n))
        assert all(message.target_system == n for message in vehicle.received("COMMAND_LONG"))
    for vehicle in vehicles:
        vehicle.stop()


def test_a_tcp_vehicle_that_restarts_is_dialled_again(station):
    import socket

    port = free_port(socket.SOCK_STREAM)
    volery = station(f"tcpout:127.0.0.1:{port}")
    link = next(iter(volery.fleet()["links"].values()))
    wait_for(lambda: next(iter(volery.fleet()["links"].values()))["state"] == "waiting")
    assert "refused" in next(iter(volery.fleet()["links"].values()))["reason"], link
    for _ in range(2):
        # pymavlink's tcpin accepts only when it is read; the station dials until it does.
        vehicle = Vehicle(f"tcpin:127.0.0.1:{port}")
        wait_for(lambda: live(volery), 6)
        vehicle.stop()
        wait_for(lambda: not live(volery), 6)


def test_a_vehicle_that_waits_is_dialled_by_udp(station):
    port = free_port()
    vehicle = Vehicle(f"udpin:127.0.0.1:{port}", uid=4)
    volery = station(f"udpout:127.0.0.1:{port}")
    wait_for(lambda: (volery.vehicle("mav-1") or {}).get("uid") == "4", 6)
    beats = len(vehicle.received("HEARTBEAT"))
    time.sleep(3)
    assert 2 <= len(vehicle.received("HEARTBEAT")) - beats <= 4, "one heartbeat a second"
    vehicle.stop()


def test_multicast_reaches_a_vehicle_in_the_group(station):
    port = free_port()
    volery = station(f"mcast:239.255.145.50:{port}")
    vehicle = Vehicle(f"mcast:239.255.145.50:{port}")
    wait_for(lambda: live(volery), 6)
    wait_for(lambda: vehicle.received("HEARTBEAT"), 6)
    assert "255/25" not in next(iter(volery.fleet()["links"].values())).get("others", {}), "an echo of ourselves"
    vehicle.stop()


class Cable:
    """Two ends of a serial line; pulling it out takes both devices away."""

    def __init__(self, near, far):
        self.near, self.far = near, far
        ends = [f"pty,raw,echo=0,link={end}" for end in (near, far)]
        self.socat = subprocess.Popen(["socat", *ends])
        wait_for(lambda: os.path.exists(near) and os.path.exists(far))

    def pull(self):
        self.socat.terminate()
        self.socat.wait()
        wait_for(lambda: not os.path.exists(self.near))


@pytest.mark.parametrize("other_name", [False, True])
def test_a_serial_vehicle_is_unplugged_and_comes_back(station, tmp_path, other_name):
    cable = Cable(tmp_path / "ttyV0", tmp_path / "far0")
    device = tmp_path / ("ttyV*" if other_name else "ttyV0")
    volery = station(f"serial://{device}?baud=57600")
    vehicle = Vehicle(str(cable.far), uid=12, baud=57600)
    wait_for(lambda: (volery.vehicle("mav-1") or {}).get("uid") == "12", 6)
    vehicle.alive = False
    cable.pull()
    wait_for(lambda: next(iter(volery.fleet()["links"].values()))["state"] == "waiting", 5)
    again = Cable(tmp_path / ("ttyV7" if other_name else "ttyV0"), tmp_path / "far1")
    back = Vehicle(str(again.far), uid=12, baud=57600)
    wait_for(lambda: next(iter(volery.fleet()["links"].values()))["state"] == "open", 4)
    wait_for(lambda: live(volery), 4)
    assert any(event["kind"] == "link" for event in volery.events())
    back.alive = False
    again.pull()


def test_a_mavlink_1_vehicle_is_spoken_to_in_mavlink_1(station):
    import socket
    import struct

    from pymavlink.dialects.v10 import ardupilotmega as v1

    port = free_port()
    volery = station(f"udpin:127.0.0.1:{port}")
    line = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    line.connect(("127.0.0.1", port))
    line.settimeout(3)
    mav = v1.MAVLink(None, srcSystem=3, srcComponent=1)
    beat = v1.MAVLink_heartbeat_message(2, 3, 81, 0, 4, 3)
    line.send(beat.pack(mav))
    wait_for(lambda: volery.vehicle("mav-3"))
    heard = [line.recv(512)[0] for _ in range(2)]
    assert heard == [0xFE, 0xFE], struct.pack("BB", *heard).hex()


def test_unknown_numbers_lose_nothing(station):
    port = free_port()
    volery = station(f"udpin:127.0.0.1:{port}")
    vehicle = Vehicle(f"udpout:127.0.0.1:{port}", mav_type=240)
    vehicle.custom_mode = 99
    shown = wait_for(lambda: volery.vehicle("mav-1"))
    assert (shown["mav_type"], shown["state"]) == ("mav_type(240)", "live")
    vehicle.stop()


def test_an_old_plane_is_never_asked_by_data_stream_and_an_old_copter_is(station):
    port = free_port()
    volery = station(f"udpin:127.0.0.1:{port}")
    asked = {}
    for sysid, mav_type in ((1, mavlink.MAV_TYPE_FIXED_WING), (2, mavlink.MAV_TYPE_QUADROTOR)):
        vehicle = Vehicle(f"udpout:127.0.0.1:{port}", sysid=sysid, mav_type=mav_type)
        vehicle.answer = lambda message, vehicle=vehicle: vehicle.link.mav.command_ack_send(
            message.command, 3, 0, 0, message.get_srcSystem(), message.get_srcComponent()
        )
        asked[sysid] = vehicle
    wait_for(lambda: asked[2].received("REQUEST_DATA_STREAM"), 6)
    wait_for(lambda: any(message.command == 511 for message in asked[1].received("COMMAND_LONG")), 6)
    time.sleep(1)
    assert not asked[1].received("REQUEST_DATA_STREAM")
    assert volery.vehicle("mav-1")
    for vehicle in asked.values():
        vehicle.stop()
