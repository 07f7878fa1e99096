#!/usr/bin/env python3
"""Makes coast.bin, the coast and the borders of the map pane, from Natural Earth.

    npm pack world-atlas@2.0.2 && tar xzf world-atlas-2.0.2.tgz
    python3 assets/map/make.py package/countries-10m.json assets/map/coast.bin

The source is TopoJSON: countries made of arcs that neighbours share. An arc of one country is a coast,
an arc of two is a border, so no line is stored twice. Every level of detail is simplified with
Douglas-Peucker in metres, rounded to a grid of its own and written as differences.

    file   = "VMAP1" levels:u8 level* fnv1a32:u32           all numbers little endian
    level  = error_m:u16 steps_per_degree:u16 lines:u32 bytes:u32 line*
    line   = kind_and_points:varint x:zigzag y:zigzag step*
             kind_and_points = points * 2 + (1 for a border); x, y in grid steps east and north,
             the first point of a line counted from the last point of the line before it.
    step   = one byte (dx + 8) * 16 + dy + 8 where both are -8 to 7, but never 0;
             else a byte 0, dx:zigzag, dy:zigzag

Needs nothing but the standard library. The same input gives the same bytes.
"""

import json
import math
import sys

EARTH_M = 6_371_000.0
DEGREE_M = EARTH_M * math.pi / 180.0
# Error of the simplification in metres, steps of the grid per degree, smallest island kept in km2.
LEVELS = [(25_000, 12, 12_000.0), (4_100, 40, 60.0)]
LIMIT_BYTES = 120_000
# Border points between kept ones are worth less than those of a coast.
BORDER_FACTOR = 1.3
LONGEST_DEGREES = 3.0


def arcs_of(topology):
    """Arcs in degrees."""
    sx, sy = topology["transform"]["scale"]
    tx, ty = topology["transform"]["translate"]
    for arc in topology["arcs"]:
        x = y = 0
        points = []
        for dx, dy in arc:
            x, y = x + dx, y + dy
            points.append((x * sx + tx, y * sy + ty))
        yield points


def rings_of(geometry):
    if geometry["type"] == "Polygon":
        yield from geometry["arcs"]
    elif geometry["type"] == "MultiPolygon":
        for polygon in geometry["arcs"]:
            yield from polygon


def is_seam(a, b):
    """An edge that only closes a polygon: along the antimeridian, or along the pole."""
    return (abs(abs(a[0]) - 180) < 0.01 and abs(abs(b[0]) - 180) < 0.01) or (a[1] < -89.5 and b[1] < -89.5)


def without_seams(points):
    line = [points[0]]
    for a, b in zip(points, points[1:]):
        if is_seam(a, b):
            if len(line) > 1:
                yield line
            line = [b]
        else:
            line.append(b)
    if len(line) > 1:
        yield line


def lines_of(topology):
    """Coasts and borders as (is_border, points), arcs joined where exactly two of a kind meet."""
    uses = {}
    for geometry in topology["objects"]["countries"]["geometries"]:
        for ring in rings_of(geometry):
            for index in ring:
                index = index if index >= 0 else ~index
                uses[index] = uses.get(index, 0) + 1
    kinds = ([], [])
    for index, points in enumerate(arcs_of(topology)):
        if index in uses:
            kinds[uses[index] > 1].extend(without_seams(points))
    for is_border, lines in enumerate(kinds):
        for line in joined(lines):
            yield bool(is_border), line


def joined(lines):
    """Lines of one kind put together at ends that no third line touches."""
    def key(point):
        lon = 180.0 if abs(abs(point[0]) - 180) < 1e-9 else point[0]
        return (round(lon, 6), round(point[1], 6))

    ends = {}
    for n, line in enumerate(lines):
        for point in (line[0], line[-1]):
            ends.setdefault(key(point), []).append(n)
    used = [False] * len(lines)

    def grow(line):
        while True:
            near = ends[key(line[-1])]
            others = [n for n in near if not used[n]]
            if len(near) != 2 or len(others) != 1:
                return line
            n = others[0]
            used[n] = True
            piece = lines[n]
            if key(piece[0]) != key(line[-1]):
                piece = piece[::-1]
            # Across the antimeridian a line would go round the world.
            if abs(piece[0][0] - line[-1][0]) > 1:
                used[n] = False
                return line
            line = line + piece[1:]

    for n, line in enumerate(lines):
        if not used[n]:
            used[n] = True
            line = grow(line)
            yield grow(line[::-1])


def area_km2(points):
    """Area of a closed line, as on a plane at its latitude."""
    lat = sum(p[1] for p in points) / len(points)
    total = sum(a[0] * b[1] - b[0] * a[1] for a, b in zip(points, points[1:]))
    return abs(total) / 2 * math.cos(math.radians(lat)) * (DEGREE_M / 1000) ** 2


def deviation_m(p, a, b):
    k = math.cos(math.radians(p[1])) * DEGREE_M
    ax, ay = (a[0] - p[0]) * k, (a[1] - p[1]) * DEGREE_M
    bx, by = (b[0] - p[0]) * k, (b[1] - p[1]) * DEGREE_M
    dx, dy = bx - ax, by - ay
    length = dx * dx + dy * dy
    t = 0.0 if length == 0 else max(0.0, min(1.0, -(ax * dx + ay * dy) / length))
    return math.hypot(ax + t * dx, ay + t * dy)


def simplified(points, error_m):
    """Douglas-Peucker."""
    keep = [False] * len(points)
    keep[0] = keep[-1] = True
    stack = [(0, len(points) - 1)]
    while stack:
        first, last = stack.pop()
        if last - first < 2:
            continue
        worst, at = -1.0, first
        for n in range(first + 1, last):
            d = deviation_m(points[n], points[first], points[last])
            if d > worst:
                worst, at = d, n
        closed = points[first] == points[last]
        if worst > error_m or closed:
            keep[at] = True
            stack += [(first, at), (at, last)]
    return [p for p, kept in zip(points, keep) if kept]


def bent(points):
    """A border along a parallel is a bow on a globe: no piece is longer than LONGEST_DEGREES."""
    out = points[:1]
    for a, b in zip(points, points[1:]):
        pieces = math.ceil(max(abs(b[0] - a[0]), abs(b[1] - a[1])) / LONGEST_DEGREES)
        for n in range(1, pieces):
            out.append((a[0] + (b[0] - a[0]) * n / pieces, a[1] + (b[1] - a[1]) * n / pieces))
        out.append(b)
    return out


def varint(n):
    out = bytearray()
    while n > 0x7F:
        out.append(n & 0x7F | 0x80)
        n >>= 7
    out.append(n)
    return bytes(out)


def zigzag(n):
    return varint(n * 2 if n >= 0 else -n * 2 - 1)


def step(dx, dy):
    byte = (dx + 8) * 16 + dy + 8
    if -8 <= dx <= 7 and -8 <= dy <= 7 and byte:
        return bytes([byte])
    return b"\0" + zigzag(dx) + zigzag(dy)


def encoded(lines, level):
    error_m, steps, least_km2 = level
    kept = []
    for is_border, points in lines:
        closed = points[0] == points[-1]
        if closed and not is_border and area_km2(points) < least_km2:
            continue
        few = bent(simplified(points, error_m * (BORDER_FACTOR if is_border else 1.0)))
        grid = []
        for lon, lat in few:
            place = (round(lon * steps), round(lat * steps))
            if not grid or grid[-1] != place:
                grid.append(place)
        if len(grid) > 1:
            kept.append((is_border, grid))
    kept.sort(key=lambda line: (line[1][0][1] // (10 * steps), line[1][0][0]))
    body = bytearray()
    x = y = points = 0
    for is_border, grid in kept:
        body += varint(len(grid) * 2 + is_border)
        points += len(grid)
        body += zigzag(grid[0][0] - x) + zigzag(grid[0][1] - y)
        x, y = grid[0]
        for px, py in grid[1:]:
            body += step(px - x, py - y)
            x, y = px, py
    head = error_m.to_bytes(2, "little") + steps.to_bytes(2, "little")
    head += len(kept).to_bytes(4, "little") + len(body).to_bytes(4, "little")
    print(f"error {error_m} m: {len(kept)} lines, {points} points, {len(body)} bytes", file=sys.stderr)
    return head + bytes(body)


def fnv1a(data):
    value = 0x811C9DC5
    for byte in data:
        value = (value ^ byte) * 0x01000193 & 0xFFFFFFFF
    return value


def main():
    source, target = sys.argv[1:]
    with open(source, encoding="utf-8") as file:
        lines = list(lines_of(json.load(file)))
    data = b"VMAP1" + bytes([len(LEVELS)]) + b"".join(encoded(lines, level) for level in LEVELS)
    data += fnv1a(data).to_bytes(4, "little")
    print(f"{len(data)} bytes", file=sys.stderr)
    if len(data) > LIMIT_BYTES:
        sys.exit(f"larger than {LIMIT_BYTES} bytes: raise the error of the last level")
    with open(target, "wb") as file:
        file.write(data)


if __name__ == "__main__":
    main()
