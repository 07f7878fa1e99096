"""Writes modes.json beside this file: what pymavlink calls every flight mode.

    pip install pymavlink==2.4.50 && python tests/wire/modes.py
"""
import json
import os
from types import SimpleNamespace

os.environ["MAVLINK20"] = "1"
import pymavlink
from pymavlink import mavutil

PX4, TYPES, NUMBERS = 12, range(46), range(41)
CUSTOM = [1, 81, 209]


def name(autopilot, mav_type, base_mode, custom_mode, message="HEARTBEAT"):
    return mavutil.mode_string_v10(SimpleNamespace(
        autopilot=autopilot, type=mav_type, base_mode=base_mode, custom_mode=custom_mode,
        get_type=lambda: message))


groups = {}
for mav_type in TYPES:
    names = [name(3, mav_type, 1, number) for number in NUMBERS]
    for autopilot in set(range(21)) - {PX4}:
        for base_mode in CUSTOM:
            assert names == [name(autopilot, mav_type, base_mode, number) for number in NUMBERS]
        assert names == [name(autopilot, mav_type, 0, number, "HIGH_LATENCY2") for number in NUMBERS]
    groups.setdefault(tuple(names), []).append(mav_type)

px4 = [[name(PX4, 2, 1, main << 16 | sub << 24) for sub in range(13)] for main in range(11)]
for mav_type in TYPES:
    for base_mode in (0, 29, 81, 157, 209):
        assert px4 == [[name(PX4, mav_type, base_mode, main << 16 | sub << 24 | 5) for sub in range(13)]
                       for main in range(11)]

out = {
    "pymavlink": pymavlink.__version__,
    "by_type": [{"types": types, "names": list(names)} for names, types in groups.items()],
    "px4_by_main_and_sub": px4,
    "without_custom_mode": {str(base): name(3, 2, base, 4) for base in (0, 80, 128, 208, 254)},
}
with open(os.path.join(os.path.dirname(os.path.abspath(__file__)), "modes.json"), "w") as file:
    file.write("{\n" + ",\n".join(
        f" {json.dumps(key)}: " + (
            json.dumps(value) if not isinstance(value, list) else
            "[\n  " + ",\n  ".join(json.dumps(item) for item in value) + "\n ]")
        for key, value in out.items()) + "\n}\n")
