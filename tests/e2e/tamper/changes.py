"""Changes to one field: bit flips, truncations, other zones' and older values, lengthened, emptied; all different, none the honest one."""
import random
import struct

from tamper import boundary

COUNT = 100


def flip(rng, octets):
    at = rng.randrange(len(octets) * 8)
    changed = bytearray(octets)
    changed[at // 8] ^= 0x80 >> at % 8
    return bytes(changed)


def number_changes(rng, kind, honest):
    bits = struct.calcsize(boundary.NUMBERS[kind]) * 8
    yield from (honest ^ 1 << bit for bit in range(bits))
    yield from (0, (1 << bits) - 1, (honest + 1) % (1 << bits), (honest - 1) % (1 << bits))
    while True:
        yield rng.randrange(1 << bits)


def hash_changes(rng, _kind, honest, others):
    yield from others
    yield from (bytes(32), b"\xff" * 32)
    while True:
        yield flip(rng, honest)


def octets_changes(rng, _kind, honest, others):
    yield from (b"", honest + b"\0", honest + honest, b"\0" + honest)
    yield from rng.sample(others, min(len(others), 12))
    if not honest:
        while True:
            yield rng.randbytes(rng.randrange(1, 200))
    for _ in range(8):
        yield honest[:rng.randrange(len(honest))]
    for _ in range(4):
        at = rng.randrange(len(honest))
        yield honest[:at] + rng.randbytes(rng.randrange(1, 9)) + honest[at:]
    yield honest[1:]
    while True:
        yield flip(rng, honest)
        yield flip(rng, honest)
        yield rng.randbytes(len(honest) + rng.randrange(2))


def list_changes(rng, kind, honest, others):
    yield from ([], honest + honest, honest + [b""], [b""] + honest, honest + [rng.randbytes(40)])
    yield from ([other] for other in rng.sample(others, min(len(others), 10)))
    yield from (honest + [other] for other in rng.sample(others, min(len(others), 5)))
    yield from ([b""] * 65, [b"\0" * 40] * 300)
    if honest:
        yield honest[:-1]
        yield honest[::-1]
    streams = [octets_changes(rng, kind, item, []) for item in honest]
    while True:
        if not streams:
            yield [rng.randbytes(rng.randrange(60)) for _ in range(rng.randrange(1, 4))]
            continue
        at = rng.randrange(len(honest))
        yield honest[:at] + [next(streams[at])] + honest[at + 1:]


def changes(seed, kind, honest, others=(), count=COUNT):
    """`count` values for a field, all different and none the honest one."""
    rng = random.Random(seed)
    others = sorted(other for other in set(others) if other != honest)
    if kind in boundary.NUMBERS:
        stream = number_changes(rng, kind, honest)
    else:
        stream = {"FIELD_HASH": hash_changes, "FIELD_OCTETS": octets_changes,
                  "FIELD_LIST": list_changes}[kind](rng, kind, honest, others)
    seen, found = [honest], []
    while len(found) < count:
        value = next(stream)
        if value not in seen:
            seen.append(value)
            found.append(value)
    return found
