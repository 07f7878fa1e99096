"""Writes fixtures/signing.json: frames signed by pymavlink 2.4.50, to be verified by src/wire/signing.

    python3 -m venv /tmp/v && /tmp/v/bin/pip install pymavlink==2.4.50 && /tmp/v/bin/python tests/wire/signing.py
"""

import hashlib
import json
import os
import pathlib

os.environ["MAVLINK20"] = "1"
from pymavlink.dialects.v20 import ardupilotmega as dialect  # noqa: E402

KEY = hashlib.sha256(b"volery test passphrase").digest()
OTHER = hashlib.sha256(b"somebody else").digest()
# 2026-01-01T00:00:00Z in units of 10 us since 2015
NOW = (1767225600 - 1420070400) * 100_000
HOUR = 3600 * 100_000


def sender(key, stamp, link_id=3, system=7, sign=True):
    mav = dialect.MAVLink(None, srcSystem=system, srcComponent=1)
    mav.signing.secret_key = key
    mav.signing.link_id = link_id
    mav.signing.timestamp = stamp
    mav.signing.sign_outgoing = sign
    return mav


def heartbeat(mav, v1=False):
    message = dialect.MAVLink_heartbeat_message(2, 3, 81, 4, 4, 3)
    return bytes(message.pack(mav, force_mavlink1=v1))


def ack(mav):
    return bytes(dialect.MAVLink_command_ack_message(400, 0).pack(mav))


def radio(mav):
    return bytes(dialect.MAVLink_radio_status_message(190, 180, 90, 40, 41, 0, 0).pack(mav))


def main():
    right = sender(KEY, NOW)
    first, second = heartbeat(right), ack(right)
    flipped = bytearray(heartbeat(sender(KEY, NOW + 10)))
    flipped[-1] ^= 1
    plain = sender(None, 0, sign=False)
    frames = {
        "first": first,
        "second": second,
        "wrong_key": heartbeat(sender(OTHER, NOW + 20)),
        "one_bit_flipped": bytes(flipped),
        "other_link_same_time": heartbeat(sender(KEY, NOW, link_id=4)),
        "an_hour_behind_first_of_its_stream": heartbeat(sender(KEY, NOW - HOUR, system=8)),
        "a_minute_behind_first_of_its_stream": heartbeat(sender(KEY, NOW - 6_000_000, system=9)),
        "an_hour_ahead": heartbeat(sender(KEY, NOW + HOUR)),
        "unsigned_ack": ack(plain),
        "unsigned_radio_status": radio(plain),
        "mavlink1_heartbeat": heartbeat(plain, v1=True),
    }
    out = {
        "made_by": "pymavlink 2.4.50, tests/wire/signing.py",
        "passphrase": "volery test passphrase",
        "key": KEY.hex(),
        "now_10us": NOW,
        "frames": {name: frame.hex() for name, frame in frames.items()},
    }
    path = pathlib.Path(__file__).parent / "fixtures" / "signing.json"
    path.write_text(json.dumps(out, indent=1) + "\n")


main()
