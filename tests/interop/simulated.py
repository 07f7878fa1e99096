"""A simulated vehicle with pymavlink as its ground station."""

import subprocess
import time

from conftest import VOLERY, free_port, mavlink, mavutil


class Simulated:
    """One vehicle of `volery sim`, and the station that commands it."""

    def __init__(self, autopilot="ardupilot", scenario=None, tmp_path=None, seed=1):
        port = free_port()
        command = [VOLERY, "sim", "--vehicles", "1", "--autopilot", autopilot, "--seed", str(seed)]
        command += ["--to", f"udpout:127.0.0.1:{port}"]
        if scenario:
            path = tmp_path / "scenario.toml"
            path.write_text(scenario)
            command += ["--scenario", str(path)]
        self.link = mavutil.mavlink_connection(f"udpin:127.0.0.1:{port}", source_system=250, source_component=190)
        self.process = subprocess.Popen(command, stderr=subprocess.DEVNULL)
        self.texts = []
        assert self.link.wait_heartbeat(timeout=10) is not None
        self.link.target_system, self.link.target_component = 1, 1
        self.mav = self.link.mav
        self.beat()

    def beat(self):
        self.mav.heartbeat_send(mavlink.MAV_TYPE_GCS, mavlink.MAV_AUTOPILOT_INVALID, 0, 0, 4)

    def hear(self, *kinds, within=5.0, that=lambda message: True):
        """The next message of a kind that is as wanted; texts are kept, and the station stays alive."""
        end, beat = time.monotonic() + within, 0.0
        while time.monotonic() < end:
            if time.monotonic() > beat:
                self.beat()
                beat = time.monotonic() + 1
            message = self.link.recv_match(blocking=True, timeout=0.2)
            if message is None:
                continue
            if message.get_type() == "STATUSTEXT":
                self.texts.append(message.text)
            if message.get_type() in kinds and that(message):
                return message
        return None

    def wait(self, holds, *kinds, within=30.0):
        message = self.hear(*kinds, within=within, that=holds)
        assert message is not None, f"{kinds} never as wanted; texts: {self.texts}"
        return message

    def long(self, command, *params):
        params = list(params) + [0] * (7 - len(params))
        self.mav.command_long_send(1, 1, command, 0, *params)
        return self.ack(command)

    def int(self, command, frame, params, x, y, z):
        self.mav.command_int_send(1, 1, frame, command, 0, 0, *params, x, y, z)
        return self.ack(command)

    def ack(self, command, within=5.0):
        ack = self.hear("COMMAND_ACK", within=within, that=lambda ack: ack.command == command)
        assert ack is not None, f"no acknowledgement of {command}"
        assert (ack.target_system, ack.target_component) == (250, 190)
        return ack.result

    def said(self, text, within=5.0):
        end = time.monotonic() + within
        while not any(text in said for said in self.texts) and time.monotonic() < end:
            self.hear("STATUSTEXT", within=0.5)
        return any(text in said for said in self.texts)

    def upload(self, items, kind=0):
        """The mission protocol as a patient station speaks it; the last MISSION_ACK."""
        asked, silences = set(), 0

        def say():
            self.mav.mission_count_send(1, 1, len(items), kind)

        say()
        while True:
            message = self.hear("MISSION_REQUEST", "MISSION_REQUEST_INT", "MISSION_ACK", within=1)
            if message is None:
                # What was said last, or the answer to it, got lost.
                silences += 1
                assert silences < 20, f"silence after {sorted(asked)}"
                say()
                continue
            if message.get_type() == "MISSION_ACK":
                if message.type != mavlink.MAV_MISSION_INVALID_SEQUENCE:
                    return message.type, asked
                continue
            asked.add(message.get_type())
            command, frame, params, x, y, z = items[message.seq]

            def say(seq=message.seq, item=(frame, command, 0, 1, *params, x, y, z, kind)):
                self.mav.mission_item_int_send(1, 1, seq, *item)

            say()

    def download(self, kind=0):
        count = None
        for _ in range(20):
            self.mav.mission_request_list_send(1, 1, kind)
            count = self.hear("MISSION_COUNT", within=1)
            if count is not None:
                break
        assert count is not None
        items = []
        for seq in range(count.count):
            for _ in range(40):
                self.mav.mission_request_int_send(1, 1, seq, kind)
                item = self.hear("MISSION_ITEM_INT", within=0.2, that=lambda item, seq=seq: item.seq == seq)
                if item is not None:
                    break
            assert item is not None, seq
            items.append(item)
        self.mav.mission_ack_send(1, 1, 0, kind)
        return items

    def stop(self):
        self.process.kill()
        self.process.wait()
        self.link.close()
