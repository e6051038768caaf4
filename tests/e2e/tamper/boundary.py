"""Frames and messages of the boundary, by the product's own table (core/boundary/message.h and .c), so that no field is forgotten.

  frame = u32 length ‖ u16 type ‖ u16 version ‖ u64 id ‖ fields
"""
import os
import re
import struct

import harness

BOUNDARY = os.path.join(harness.ROOT, "core", "boundary")
NUMBERS = {"FIELD_U8": ">B", "FIELD_U16": ">H", "FIELD_U32": ">I", "FIELD_U64": ">Q"}


def table():
    """{type: (name, [(field, kind)])} and {NAME: type}."""
    header = open(os.path.join(BOUNDARY, "message.h")).read()
    source = open(os.path.join(BOUNDARY, "message.c")).read()
    types = {name: int(value) for name, value in
             re.findall(r"MESSAGE_(\w+) = (\d+),", header)}
    forms = {}
    for form in re.findall(r"FORM\((MESSAGE_.*?)\)\),", source.replace("\n", " ") + "),"):
        name, text = re.match(r'MESSAGE_(\w+), "([^"]+)"', form).groups()
        forms[types[name]] = (text, re.findall(r"FIELD\(\w+, (\w+), (FIELD_\w+)", form))
    assert set(forms) == set(types.values()), (forms.keys(), types)
    return forms, types


FORMS, TYPES = table()
NAMES = {number: name for name, number in TYPES.items()}


def encode_field(kind, value):
    if kind in NUMBERS:
        return struct.pack(NUMBERS[kind], value)
    if kind == "FIELD_HASH":
        assert len(value) == 32
        return value
    if kind == "FIELD_OCTETS":
        return struct.pack(">I", len(value)) + value
    return struct.pack(">I", len(value)) + b"".join(struct.pack(">I", len(item)) + item
                                                    for item in value)


def encode(kind, fields):
    """Fields (a dictionary) of a message to octets."""
    return b"".join(encode_field(form, fields[name]) for name, form in FORMS[kind][1])


def decode(kind, octets):
    """Octets to a dictionary of fields; None when they are not of this message's form."""
    at, fields = 0, {}

    def take(size):
        nonlocal at
        if at + size > len(octets):
            raise ValueError
        at += size
        return octets[at - size:at]

    try:
        for name, form in FORMS[kind][1]:
            if form in NUMBERS:
                fields[name] = int.from_bytes(take(struct.calcsize(NUMBERS[form])), "big")
            elif form == "FIELD_HASH":
                fields[name] = take(32)
            elif form == "FIELD_OCTETS":
                fields[name] = take(int.from_bytes(take(4), "big"))
            else:
                fields[name] = [take(int.from_bytes(take(4), "big"))
                                for _ in range(int.from_bytes(take(4), "big"))]
    except ValueError:
        return None
    return fields if at == len(octets) else None


def frame(kind, number, octets, version=1, length=None):
    body = struct.pack(">HHQ", kind, version, number) + octets
    return struct.pack(">I", len(body) if length is None else length) + body


def frame_of(octets):
    """(type, version, id, fields) of a frame without its length."""
    kind, version, number = struct.unpack_from(">HHQ", octets)
    return kind, version, number, octets[12:]


def is_question(kind):
    return NAMES.get(kind, "").startswith("NEED_")


def committed_set(octets):
    """(key, value, [RRSIG RDATA]) of one of a commit's sets."""
    size = int.from_bytes(octets[:2], "big")
    key, rest = octets[2:2 + size], octets[2 + size:]
    size = int.from_bytes(rest[:4], "big")
    value, rest = rest[4:4 + size], rest[4 + size:]
    count, rest, rrsigs = int.from_bytes(rest[:2], "big"), rest[2:], []
    for _ in range(count):
        size = int.from_bytes(rest[:2], "big")
        rrsigs.append(rest[2:2 + size])
        rest = rest[2 + size:]
    assert rest == b""
    return key, value, rrsigs
