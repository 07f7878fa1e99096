"""pymavlink as vehicles: who is who on one port, who is answered, and what noise costs."""

import random
import socket
import threading
import time

from conftest import Vehicle, free_port, mavlink, wait_for


def test_three_vehicles_on_one_port_are_three_rows_each_answered_at_its_own_port(station):
    port = free_port()
    volery = station(f"udpin:127.0.0.1:{port}")
    vehicles = [
        Vehicle(f"udpout:127.0.0.1:{port}", sysid=n, lat=-35.0 - n, uid=100 + n) for n in (1, 2, 3)
    ]
    wait_for(lambda: len(volery.fleet()["vehicles"]) == 3, 2)
    for n, vehicle in zip((1, 2, 3), vehicles):
        wait_for(lambda n=n: (volery.vehicle(f"mav-{n}") or {}).get("uid") == str(100 + n))
        shown = volery.vehicle(f"mav-{n}")
        assert shown["position"]["lat_deg"] == -35.0 - n
        assert shown["mode"] == "GUIDED" and shown["firmware"] == "4.5.7"
        wait_for(lambda n=n: "distance_m" in volery.vehicle(f"mav-{n}").get("home", {}))
        commands = vehicle.received("COMMAND_LONG")
        assert commands and all(command.target_system == n for command in commands), "a foreign command"
        assert vehicle.received("HEARTBEAT")[0].type == mavlink.MAV_TYPE_GCS
    for vehicle in vehicles:
        vehicle.stop()


def test_a_vehicle_is_shown_at_once_after_its_first_heartbeat(station):
    port = free_port()
    volery = station(f"udpin:127.0.0.1:{port}")
    started = time.monotonic()
    vehicle = Vehicle(f"udpout:127.0.0.1:{port}", sysid=9)
    wait_for(lambda: volery.vehicle("mav-9"), 2)
    # A tick is 50 ms; the rest is room for a busy machine.
    assert time.monotonic() - started < 1.0
    vehicle.stop()


def test_three_senders_with_one_system_id_are_one_row_and_a_loud_conflict(station):
    port = free_port()
    volery = station(f"udpin:127.0.0.1:{port}")
    first = Vehicle(f"udpout:127.0.0.1:{port}", lat=-35.0, answers=False)
    wait_for(lambda: volery.vehicle("mav-1"))
    time.sleep(0.3)
    others = [Vehicle(f"udpout:127.0.0.1:{port}", lat=lat, answers=False) for lat in (-36.0, -37.0)]
    conflict = wait_for(lambda: volery.vehicle("mav-1").get("conflict"), 6)
    wait_for(lambda: len(volery.vehicle("mav-1")["conflict"]["peers"]) == 2, 6)
    assert conflict["why"] in ("sequence", "boot_time")
    for _ in range(20):
        assert volery.vehicle("mav-1")["position"]["lat_deg"] == -35.0, "a second vehicle was mixed in"
        time.sleep(0.05)
    for vehicle in others:
        vehicle.stop()
    wait_for(lambda: "conflict" not in volery.vehicle("mav-1"), 6)
    first.stop()


def test_a_vehicle_that_moves_to_another_port_is_followed_after_its_old_one_fell_silent(station):
    port = free_port()
    volery = station(f"udpin:127.0.0.1:{port}")
    old = Vehicle(f"udpout:127.0.0.1:{port}", uid=7, lat=-35.0)
    wait_for(lambda: (volery.vehicle("mav-1") or {}).get("uid") == "7")
    old.stop()
    new = Vehicle(f"udpout:127.0.0.1:{port}", uid=7, lat=-35.5)
    wait_for(lambda: volery.vehicle("mav-1")["position"]["lat_deg"] == -35.5, 6)
    assert any(event["kind"] == "path" for event in volery.events())
    new.stop()


def test_noise_beside_a_vehicle_costs_it_nothing_and_is_never_answered(station):
    port = free_port()
    volery = station(f"udpin:127.0.0.1:{port}")
    noise = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    noise.connect(("127.0.0.1", port))
    stop = threading.Event()

    def disturb():
        seeded = random.Random(1)
        while not stop.is_set():
            noise.send(seeded.randbytes(1000))
            time.sleep(0.001)

    thread = threading.Thread(target=disturb)
    thread.start()
    vehicle = Vehicle(f"udpout:127.0.0.1:{port}", sysid=5, uid=5)
    sent = 0
    for n in range(600):
        vehicle.link.mav.attitude_send(n, 0, 0, 0, 0, 0, 0)
        sent += 1
        time.sleep(0.004)
    time.sleep(1.2)
    stop.set()
    thread.join()
    vehicle.stop()
    time.sleep(1.3)
    link = next(iter(volery.fleet()["links"].values()))
    assert list(volery.fleet()["vehicles"]) == ["mav-5"], "a ghost"
    assert link["junk_bytes"] > 500_000
    noise.setblocking(False)
    try:
        answer = noise.recv(1)
    except BlockingIOError:
        answer = None
    assert answer is None, "the noise was answered"
    volery.stop()
    import sqlite3

    frames = sqlite3.connect(volery.log).execute(
        "select sum(count) from frames where direction = 'received'"
    ).fetchone()[0]
    assert frames >= sent + 2 and link["kernel_drops"] == 0
    assert link["frames"] == frames


def test_a_lost_vehicle_keeps_its_row_and_comes_back(station):
    port = free_port()
    volery = station(f"udpin:127.0.0.1:{port}")
    vehicle = Vehicle(f"udpout:127.0.0.1:{port}", sysid=3)
    wait_for(lambda: (volery.vehicle("mav-3") or {}).get("position"))
    vehicle.stop()
    silent = time.monotonic()
    wait_for(lambda: volery.vehicle("mav-3")["state"] == "late", 3)
    wait_for(lambda: volery.vehicle("mav-3")["state"] == "lost", 5)
    assert 2.9 < time.monotonic() - silent < 4.2
    assert volery.vehicle("mav-3")["position"]["lat_deg"] == -35.36
    again = Vehicle(f"udpout:127.0.0.1:{port}", sysid=3)
    wait_for(lambda: volery.vehicle("mav-3")["state"] == "live", 2)
    texts = [event["text"] for event in volery.events() if event.get("vehicle") == "mav-3"]
    assert any(text.startswith("lost") for text in texts) and any("again" in text for text in texts)
    again.stop()


def test_control_characters_of_a_text_never_get_through(station):
    port = free_port()
    volery = station(f"udpin:127.0.0.1:{port}")
    vehicle = Vehicle(f"udpout:127.0.0.1:{port}")
    wait_for(lambda: volery.vehicle("mav-1"))
    vehicle.link.mav.statustext_send(2, b"\x1b]0;owned\x07<script>\xff\xe2\x80\xae fire")
    text = wait_for(lambda: volery.vehicle("mav-1").get("last_text"))["text"]
    assert text == "]0;owned<script>\ufffd fire"
    vehicle.stop()
