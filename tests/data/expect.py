#!/usr/bin/env python3
"""Adds what pymavlink finds about each vehicle of a recording to its expect.json (pymavlink 2.4.50).

    expect.py RECORDING.tlog ...

Independent of volery: frames are walked here, decoded and named by pymavlink.
"""

import json
import math
import struct
import sys

from pymavlink import mavutil
from pymavlink.dialects.v20 import all as mavlink

NOT_VEHICLES = {6, 18, 26, 27, 30}
SEVERITIES = ["emergency", "alert", "critical", "error", "warning", "notice", "info", "debug"]


def records(data):
    parser = mavlink.MAVLink(None)
    parser.robust_parsing = True
    at = 0
    while at + 8 < len(data):
        t_us = struct.unpack(">Q", data[at : at + 8])[0]
        length = data[at + 9] + 12 + (13 if data[at + 10] & 1 else 0)
        message = mavlink.MAVLink(None).decode(bytearray(data[at + 8 : at + 8 + length]))
        yield t_us, message
        at += 8 + length


def haversine(a, b):
    (lat1, lon1), (lat2, lon2) = [tuple(map(math.radians, p)) for p in (a, b)]
    h = math.sin((lat2 - lat1) / 2) ** 2 + math.cos(lat1) * math.cos(lat2) * math.sin((lon2 - lon1) / 2) ** 2
    return 2 * 6371000 * math.asin(math.sqrt(h))


class Vehicle:
    def __init__(self):
        self.modes, self.armed, self.texts = [], [], []
        self.is_armed, self.last, self.distance, self.highest = False, None, 0.0, None
        self.final = {}

    def hear(self, t_us, message):
        kind = message.get_type()
        if kind == "HEARTBEAT" and message.autopilot != 8 and message.type not in NOT_VEHICLES:
            mode = mavutil.mode_string_v10(message)
            if not self.modes or self.modes[-1]["mode"] != mode:
                self.modes.append({"t_us": t_us, "mode": mode})
            armed = bool(message.base_mode & 128)
            if armed and not self.is_armed:
                self.armed.append({"from_us": t_us, "to_us": t_us})
            elif self.is_armed:
                self.armed[-1]["to_us"] = t_us
            self.is_armed = armed
            self.final["mode"] = mode
        elif kind == "GLOBAL_POSITION_INT":
            place = (message.lat / 1e7, message.lon / 1e7)
            if place != (0.0, 0.0):
                step = haversine(self.last, place) if self.last else 0.0
                self.distance += step if step <= 1000 else 0.0
                self.last = place
            relative = message.relative_alt / 1e3
            self.highest = relative if self.highest is None else max(self.highest, relative)
            self.final.update(lat_deg=place[0], lon_deg=place[1], alt_rel_m=relative, t_ms=t_us // 1000)
        elif kind == "STATUSTEXT":
            self.texts.append((t_us, message))

    def joined_texts(self):
        lines, open_chunks = [], {}
        for t_us, message in self.texts:
            line = {"t_us": t_us, "severity": SEVERITIES[message.severity], "text": message.text}
            if message.id and message.id in open_chunks:
                open_chunks[message.id]["text"] += message.text
            else:
                lines.append(line)
                if message.id and len(message.text) == 50:
                    open_chunks[message.id] = line
        return lines


for path in sys.argv[1:]:
    vehicles = {}
    rows = set()
    for t_us, message in records(open(path, "rb").read()):
        system = message.get_srcSystem()
        vehicles.setdefault(system, Vehicle()).hear(t_us, message)
        if message.get_type() == "HEARTBEAT" and message.autopilot != 8 and message.type not in NOT_VEHICLES:
            rows.add(system)
    with open(path + ".expect.json", encoding="utf-8") as file:
        expected = json.load(file)
    expected["vehicles"] = {
        f"mav-{system}": {
            "modes": vehicles[system].modes,
            "armed": vehicles[system].armed,
            "max_alt_rel_m": vehicles[system].highest,
            "distance_m": round(vehicles[system].distance, 1),
            "texts": vehicles[system].joined_texts(),
            "final": vehicles[system].final,
        }
        for system in sorted(rows)
    }
    with open(path + ".expect.json", "w", encoding="utf-8") as file:
        json.dump(expected, file, indent=1)
        file.write("\n")
