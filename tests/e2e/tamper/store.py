"""What swornd keeps, read from outside (host/store/store.h), and the honest answers that follow from it."""
import os

import lmdb

TABLES = ("meta", "log", "nodes", "top", "zones", "pages", "sets", "blobs", "local")
RR_NSEC = 47


def environment(folder, **options):
    return lmdb.open(folder, max_dbs=len(TABLES), lock=False, map_size=1 << 30, **options)


class Store:
    """All rows of a store that nobody writes to."""

    def __init__(self, folder):
        self.tables = {}
        with environment(folder, readonly=True) as opened:
            for name in TABLES:
                table = opened.open_db(name.encode(), create=False)
                with opened.begin(table) as transaction:
                    self.tables[name] = dict(transaction.cursor())

    def __getattr__(self, name):
        return self.tables[name]

    def zone_id(self, apex):
        for key, value in self.top.items():
            if key == b"\1\1" + apex_key(apex) + b"\0":
                return value
        raise KeyError(apex)

    def zone_ids(self):
        return list(self.zones)

    def number(self, zone_id):
        return self.zones[zone_id][:4]

    def leaf(self, zone_id):
        return self.top[b"\1\0" + zone_id]

    def values(self, zone_id):
        """{key: value} of a zone's sets, NSEC among them."""
        number = self.number(zone_id)
        return {key[4:]: row[4:4 + int.from_bytes(row[:4], "big")]
                for key, row in self.sets.items() if key[:4] == number}

    def size(self):
        return int.from_bytes(self.meta[b"size"], "big")

    def node(self, level, index):
        return self.nodes[bytes([level]) + index.to_bytes(8, "big")]

    def start(self):
        """Fields of the message that a start shows."""
        size, before, peaks = self.size(), 0, []
        for level in reversed(range(64)):
            if size >> level & 1:
                peaks.append(self.node(level, before >> level))
                before += 1 << level
        low = (size & -size).bit_length() - 1
        path = [self.node(level, (size - 1 >> level) ^ 1) for level in range(low)]
        return {"sealed_log_key": self.meta[b"log key"],
                "log_public_key": self.meta[b"log public key"],
                "checkpoint": self.meta[b"checkpoint"], "peaks": b"".join(peaks),
                "entry": self.log[(size - 1).to_bytes(8, "big")],
                "inclusion": b"".join(path + peaks[-2::-1])}

    def page(self, need):
        if need["kind"] == 4:
            return self.top.get(b"\0" + need["node"])
        return self.pages.get(self.number(need["zone_id"]) + need["node"])

    def value(self, need):
        if need["kind"] == 4:
            return self.top.get(b"\1" + need["key"])
        if need["kind"] == 3:
            return self.rows(need)
        return self.values(need["zone_id"]).get(need["key"])

    def rows(self, need):
        """Of a zone, behind a key: u32 size ‖ u16 size ‖ key ‖ row for each."""
        number = self.number(need["zone_id"])
        rows = [len(key[4:]).to_bytes(2, "big") + key[4:] + row for key, row in sorted(self.sets.items())
                if key[:4] == number and key[4:] > need["key"]]
        return b"".join(len(row).to_bytes(4, "big") + row for row in rows)

    def answer(self, question, need, more):
        """(place, fields) for a question; `more`: blobs that a creation brings along."""
        if question == "NEED_PAGE":
            place = "top page" if need["kind"] == 4 else "zone page"
            page = self.page(need)
            return place, {"pages": [] if page is None else [need["node"] + page]}
        if question == "NEED_VALUE":
            place = {4: "top value", 3: "zone rows"}.get(need["kind"], "zone value")
            found = self.value(need)
        elif question == "NEED_BLOB" and need["role"] == 3:
            place, found = "guard state", self.local_row(need["zone_id"], 0)
        elif question == "NEED_BLOB":
            place = {1: "guard", 2: "environment"}[need["role"]]
            found = more.get(need["hash"], self.blobs.get(need["hash"]))
        else:
            place, found = "sealed zone key", self.local_row(need["zone_id"], 1)
        return place, {"present": found is not None, "octets": found or b""}

    def local_row(self, zone_id, which):
        if zone_id not in self.zones:
            return None
        return self.local.get(self.number(zone_id) + bytes([which]))


def apex_key(apex):
    """Key of a name (core/dns/name.h), for names of letters, digits and hyphens."""
    labels = [label for label in apex.rstrip(".").lower().split(".") if label]
    return b"".join(label.encode() + b"\0" for label in reversed(labels))


def set_key(name, rdtype):
    return apex_key(name) + b"\0" + rdtype.to_bytes(2, "big")


def data_file(folder):
    return os.path.join(folder, "data.mdb")
