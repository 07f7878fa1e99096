"""pymavlink signs as a vehicle: the holder of the key is seen and obeys, another key does not exist."""

import hashlib
import os
import socket
import subprocess

import pytest
from conftest import VOLERY, Vehicle, free_port, mavlink, wait_for

PASSPHRASE = "north of the river"
FILE = """
[[link]]
name = "north"
url = "{url}"
signing = {{ key_env = "VOLERY_INTEROP_KEY", policy = "{policy}" }}
"""


class Signed(Vehicle):
    """A vehicle that signs what it sends and takes nothing unsigned."""

    def __init__(self, url, passphrase, **options):
        self.secret = hashlib.sha256(passphrase.encode()).digest()
        super().__init__(url, **options)

    def live(self):
        self.link.setup_signing(self.secret, sign_outgoing=True)
        super().live()


@pytest.fixture
def signed_station(station, tmp_path, monkeypatch):
    """A station whose only link has the key and this policy."""

    def make(url, policy):
        monkeypatch.setenv("VOLERY_INTEROP_KEY", PASSPHRASE)
        monkeypatch.setenv("XDG_RUNTIME_DIR", str(tmp_path))
        file = tmp_path / "fleet.toml"
        file.write_text(FILE.format(url=url, policy=policy))
        return station(extra=("-c", str(file)))

    return make


def signing(volery):
    return volery.fleet()["links"]["north"].get("signing") or {}


def path_word(volery, name):
    vehicle = volery.vehicle(name) or {}
    return vehicle.get("link", {}).get("paths", {}).get("north", {}).get("signing")


def verb(volery, *words):
    url = f"http://127.0.0.1:{volery.http}"
    return subprocess.run(
        [VOLERY, *words, "--url", url], capture_output=True, text=True, env=dict(os.environ), timeout=30
    )


def test_on_a_link_that_requires_signatures_the_key_decides(signed_station):
    port = free_port()
    volery = signed_station(f"udpin:127.0.0.1:{port}", "require")
    ours = Signed(f"udpout:127.0.0.1:{port}", PASSPHRASE, sysid=1)
    theirs = Signed(f"udpout:127.0.0.1:{port}", "south of the river", sysid=2)
    plain = Vehicle(f"udpout:127.0.0.1:{port}", sysid=3)
    try:
        wait_for(lambda: volery.vehicle("mav-1"))
        wait_for(lambda: signing(volery).get("bad_signature", 0) > 4)
        wait_for(lambda: signing(volery).get("refused_unsigned", 0) > 4)
        assert list(volery.fleet()["vehicles"]) == ["mav-1"]
        wait_for(lambda: path_word(volery, "mav-1") == "signed")
        # What volery asks is signed, or pymavlink would not have let it through.
        wait_for(lambda: ours.received("COMMAND_LONG"))
        answer = verb(volery, "send", "mav-1", "long", "MAV_CMD_DO_SET_SERVO", "9", "1500", "--yes")
        assert answer.returncode == 0, answer
        servo = [one for one in ours.received("COMMAND_LONG") if one.command == mavlink.MAV_CMD_DO_SET_SERVO]
        assert len(servo) == 1 and servo[0].get_signed()
        assert not theirs.received("COMMAND_LONG") and not plain.received("COMMAND_LONG")
        refusals = [event for event in volery.events() if "refuses frames" in event["text"]]
        assert len(refusals) == 1
    finally:
        for vehicle in (ours, theirs, plain):
            vehicle.stop()


@pytest.mark.parametrize(
    "link, vehicle",
    [("tcpin", "tcp"), ("tcpout", "tcpin"), ("udpout", "udpin"), ("serial", "serial")],
)
def test_every_kind_of_link_signs_and_checks(signed_station, tmp_path, link, vehicle):
    if link == "serial":
        near, far = str(tmp_path / "near"), str(tmp_path / "far")
        ends = [f"pty,raw,echo=0,link={end}" for end in (near, far)]
        cable = subprocess.Popen(["socat", *ends])
        wait_for(lambda: os.path.exists(near) and os.path.exists(far))
        url, place = f"serial://{near}?baud=57600", far
    else:
        port = free_port(socket.SOCK_STREAM if "tcp" in link else socket.SOCK_DGRAM)
        url, place = f"{link}:127.0.0.1:{port}", f"{vehicle}:127.0.0.1:{port}"
    volery = signed_station(url, "require")
    ours = Signed(place, PASSPHRASE, sysid=1)
    try:
        wait_for(lambda: path_word(volery, "mav-1") == "signed", 10)
        answer = verb(volery, "send", "mav-1", "long", "MAV_CMD_DO_SET_SERVO", "9", "1500", "--yes")
        assert answer.returncode == 0, answer
        assert signing(volery)["bad_signature"] == signing(volery)["replayed"] == 0
    finally:
        ours.stop()
        if link == "serial":
            cable.terminate()
            cable.wait()


class Learning(Vehicle):
    """A vehicle without a key that takes the one it is given."""

    secret = None

    def speak(self, boot_ms):
        given = self.received("SETUP_SIGNING")
        if given and not self.secret:
            assert given[0].target_system == self.sysid and given[0].target_component == 1
            self.secret = bytes(given[0].secret_key)
            self.link.setup_signing(self.secret, sign_outgoing=True, initial_timestamp=given[0].initial_timestamp)
        super().speak(boot_ms)


def test_a_vehicle_gets_the_key_of_its_link_and_signs_with_it(signed_station):
    port = free_port()
    volery = signed_station(f"udpin:127.0.0.1:{port}", "accept")
    vehicle = Learning(f"udpout:127.0.0.1:{port}", sysid=1)
    try:
        wait_for(lambda: path_word(volery, "mav-1") == "unsigned")
        answer = verb(volery, "signing", "setup", "mav-1", "--link-key", "--yes")
        assert answer.returncode == 0 and "it signs now" in answer.stdout, answer
        assert vehicle.secret == hashlib.sha256(PASSPHRASE.encode()).digest()
        wait_for(lambda: path_word(volery, "mav-1") == "signed", 10)
        answer = verb(volery, "send", "mav-1", "long", "MAV_CMD_DO_SET_SERVO", "9", "1500", "--yes")
        assert answer.returncode == 0, answer
    finally:
        vehicle.stop()
