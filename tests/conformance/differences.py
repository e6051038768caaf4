"""Zones as sets of records, and random differences between them: the same seed makes the same ones.

  name  = labels from the top down, octets in lower case: (b"com", b"example"); tuples sort in
          canonical order (RFC 4034 6.1) and an ancestor is a prefix
  zone  = {(name, type): (TTL, [RDATA as text])}

Every difference leaves a zone that a server has to take; what makes signing hard happens often: cuts and
DNAMEs over names that exist and their removal, empty non-terminals, wildcards, hidden names that come and go.
"""
import bisect
import functools

import dns.name

TTLS = (0, 60, 300, 3600, 86400, 172800)
LABELS = ["a", "b", "mail", "www", "x1", "zz", "_tcp", "ns1", "-", "0", "xn--p1ai", "verylonglabel" * 3,
          r"\000", r"\001", r"a\000", r"a\.b", r"\255", "a-", "a0"]


@functools.lru_cache(maxsize=None)
def key(text):
    """The name that master-file text stands for."""
    return tuple(label.lower() for label in reversed(dns.name.from_text(text).labels[:-1]))


@functools.lru_cache(maxsize=None)
def text_of(name):
    """A name as absolute master-file text."""
    return dns.name.Name(list(reversed(name)) + [b""]).to_text()


class Zone:
    """Records of one zone, without what a signer makes."""

    def __init__(self, apex, sets=None):
        self.apex = key(apex)
        self.sets = dict(sets or {})

    def copy(self):
        zone = Zone(text_of(self.apex), self.sets)
        return zone

    def get(self, name, rdtype):
        return self.sets.get((name, rdtype))

    def put(self, name, rdtype, ttl, *rdata):
        self.sets[(name, rdtype)] = (ttl, list(rdata))

    def drop(self, name, *types):
        """Remove these types of a name, or all."""
        for rdtype in types or self.types(name):
            self.sets.pop((name, rdtype), None)

    def types(self, name):
        return self.by_name().get(name, [])

    def by_name(self):
        names = {}
        for name, rdtype in self.sets:
            names.setdefault(name, []).append(rdtype)
        return names

    def text(self, rng=None):
        """Master file; with a generator of randomness the letters of owners have either case."""
        lines = []
        for (name, rdtype), (ttl, rdata) in sorted(self.sets.items(), key=self._soa_first):
            owner = text_of(name)
            for record in rdata:
                if rng is not None and rng.random() < 0.1:
                    owner = "".join(rng.choice((c.upper(), c)) for c in owner)
                lines.append(f"{owner} {ttl} IN {rdtype} {record}\n")
        return "".join(lines)

    @staticmethod
    def _soa_first(item):
        return (item[0][1] != "SOA", item[0])

    def soa(self):
        """TTL and the seven fields of the SOA."""
        ttl, rdata = self.sets[(self.apex, "SOA")]
        return ttl, rdata[0].split()

    def soa_put(self, ttl=None, minimum=None, serial=None):
        old_ttl, fields = self.soa()
        fields[2] = fields[2] if serial is None else str(serial)
        fields[6] = fields[6] if minimum is None else str(minimum)
        self.put(self.apex, "SOA", old_ttl if ttl is None else ttl, " ".join(fields))


def start_zone(apex):
    """SOA and NS."""
    zone = Zone(apex)
    zone.put(zone.apex, "SOA", 3600, "ns1.example.net. hostmaster.example.net. 1 7200 3600 1209600 300")
    zone.put(zone.apex, "NS", 3600, "ns1.Example.net.", "NS2.example.net.")
    return zone


class Differences:
    """Changes one zone, step by step."""

    def __init__(self, zone, rng, most_hidden=500):
        self.zone, self.rng = zone, rng
        self.most_hidden = most_hidden  # names that one cut or DNAME hides or shows, at most
        self.earlier = []

    # What there is to choose from.

    def survey(self):
        self.owned = self.zone.by_name()
        self.names = sorted(self.owned)
        covering, self.above_shown = None, set()
        for name in self.names:
            if covering is not None and name[:len(covering)] == covering:
                continue  # hidden
            self.above_shown.update(name[:size] for size in range(len(self.zone.apex) + 1, len(name)))
            covers = "DNAME" in self.owned[name] or (
                "NS" in self.owned[name] and name != self.zone.apex)
            covering = name if covers else None

    def below(self, name):
        """Names strictly below."""
        first = bisect.bisect_right(self.names, name)
        end = bisect.bisect_left(self.names, name + (b"\xff" * 64,))
        return self.names[first:end]

    def with_type(self, rdtype):
        found = [name for name in self.names if rdtype in self.owned[name] and name != self.zone.apex]
        return self.rng.choice(found) if found else None

    def any_name(self):
        """An existing name, the apex more often than others."""
        return self.zone.apex if self.rng.random() < 0.2 else self.rng.choice(self.names)

    def new_name(self, depth=1):
        name = self.any_name()
        for _ in range(depth):
            label = self.rng.choice(LABELS)
            if self.rng.random() < 0.4:
                label = "".join(self.rng.choice("abcdefgz0-") for _ in range(self.rng.randint(1, 6)))
            name = name + key(label)
        return name if sum(map(len, name)) + len(name) < 180 else self.new_name(depth)

    def some_owner(self):
        """A name whose taking over hides something, when there is one; never the apex."""
        if self.above_shown and self.rng.random() < 0.6:
            name = self.rng.choice(sorted(self.above_shown))
            if name[-1] != b"*" and len(self.below(name)) <= self.most_hidden:
                return name
        for _ in range(8):
            name = self.rng.choice(self.names)
            if len(name) > len(self.zone.apex) + 1 and self.rng.random() < 0.7:
                name = name[:self.rng.randint(len(self.zone.apex) + 1, len(name) - 1)]
            if name != self.zone.apex and name[-1] != b"*" and \
                    len(self.below(name)) <= self.most_hidden:
                return name
        return self.zone.apex + (b"new",)

    # RDATA.

    def host(self):
        letters = f"h{self.rng.randint(0, 99)}.Example.NET."
        return "".join(self.rng.choice((c.upper(), c)) for c in letters)

    def rdata(self, rdtype):
        rng = self.rng
        return {
            "A": lambda: f"192.0.2.{rng.randint(1, 254)}",
            "AAAA": lambda: f"2001:db8::{rng.randint(1, 0xffff):x}",
            "TXT": lambda: f'"t{rng.randint(0, 9999)} ; \\"quoted\\" \\000\\255"',
            "MX": lambda: f"{rng.randint(0, 99)} {self.host()}",
            "SRV": lambda: f"0 {rng.randint(0, 9)} 443 {self.host()}",
            "CAA": lambda: f'0 issue "ca{rng.randint(0, 99)}.example"',
            "NS": self.host,
            "CNAME": self.host,
            "DNAME": self.host,
            "PTR": self.host,
            "DS": lambda: f"{rng.randint(1, 65535)} 13 2 {rng.getrandbits(256):064x}",
            "TYPE65400": lambda: f"\\# 4 {rng.getrandbits(32):08x}",
            "TLSA": lambda: f"3 1 1 {rng.getrandbits(256):064x}",
        }[rdtype]()

    def put(self, name, rdtype, count=1, ttl=None):
        records = []
        seen = set()
        for _ in range(count):
            record = self.rdata(rdtype)
            if record.lower() not in seen:
                seen.add(record.lower())
                records.append(record)
        self.zone.put(name, rdtype, self.rng.choice(TTLS) if ttl is None else ttl, *records)

    # The kinds of change. Each says what it did.

    def names_added(self):
        added = []
        for _ in range(self.rng.randint(1, 5)):
            name = self.new_name(self.rng.choice((1, 1, 1, 2, 4)))
            if self.owned.get(name):
                continue
            rdtype = self.rng.choice(("A", "AAAA", "TXT", "MX", "SRV", "CAA", "PTR", "TYPE65400", "TLSA",
                                      "CNAME", "NS", "NS", "DNAME"))
            self.put(name, rdtype, 1 if rdtype in ("CNAME", "DNAME") else self.rng.randint(1, 3))
            if rdtype == "NS" and self.rng.random() < 0.5:
                self.put(name, "DS")
            if rdtype == "NS" and self.rng.random() < 0.5:
                self.put(name + (b"glue",), "A")
            if rdtype not in ("CNAME", "NS") and self.rng.random() < 0.5:
                self.put(name, "TXT")
            added.append(name)
        return "add " + " ".join(map(text_of, added))

    def names_removed(self):
        gone = self.rng.sample(self.names, min(len(self.names), self.rng.randint(1, 5)))
        gone = [name for name in gone if name != self.zone.apex]
        for name in gone:
            self.zone.drop(name)
        return "remove " + " ".join(map(text_of, gone))

    def sets_changed(self):
        chosen = [self.rng.choice(list(self.zone.sets)) for _ in range(self.rng.randint(1, 4))]
        for name, rdtype in chosen:
            ttl, records = self.zone.sets[(name, rdtype)]
            if rdtype == "SOA":
                continue
            if self.rng.random() < 0.4:
                self.zone.put(name, rdtype, self.rng.choice(TTLS), *records)
            elif rdtype in ("A", "AAAA", "TXT", "MX", "CAA", "NS", "DS", "CNAME", "DNAME"):
                self.put(name, rdtype, 1 if rdtype in ("CNAME", "DNAME") else self.rng.randint(1, 3), ttl)
        return "change " + " ".join(f"{text_of(name)}/{rdtype}" for name, rdtype in chosen)

    def letters_changed(self):
        """Only the case of letters in RDATA: another value, the same canonical form."""
        name = self.with_type("NS")
        if name is None:
            return None
        ttl, records = self.zone.sets[(name, "NS")]
        self.zone.put(name, "NS", ttl, *[record.swapcase() for record in records])
        return f"swap the case of {text_of(name)}/NS"

    def cut_made(self):
        name = self.some_owner()
        self.zone.drop(name, "CNAME", "DNAME")
        self.put(name, "NS", 2)
        if self.rng.random() < 0.5:
            self.put(name, "DS")
        return f"cut at {text_of(name)} over {len(self.below(name))} names"

    def cut_removed(self):
        name = self.with_type("NS")
        if name is None or len(self.below(name)) > self.most_hidden:
            return None
        self.zone.drop(name, "NS", "DS")
        if self.rng.random() < 0.5:
            self.put(name, "TXT")
        return f"no cut at {text_of(name)} over {len(self.below(name))} names"

    def ds_on(self):
        name = self.with_type("NS")
        if name is None:
            return None
        self.put(name, "DS", self.rng.randint(1, 2))
        return f"DS at {text_of(name)}"

    def ds_off(self):
        name = self.with_type("DS")
        if name is None:
            return None
        self.zone.drop(name, "DS")
        return f"no DS at {text_of(name)}"

    def dname_made(self):
        name = self.some_owner()
        self.zone.drop(name, "CNAME", "NS", "DS")
        self.put(name, "DNAME")
        return f"DNAME at {text_of(name)} over {len(self.below(name))} names"

    def dname_removed(self):
        name = self.with_type("DNAME")
        if name is None or len(self.below(name)) > self.most_hidden:
            return None
        self.zone.drop(name, "DNAME")
        return f"no DNAME at {text_of(name)}"

    def wildcard_made(self):
        name = self.any_name() + (b"*",)
        self.zone.drop(name)
        self.put(name, self.rng.choice(("A", "TXT", "CNAME", "MX")))
        return f"wildcard {text_of(name)}"

    def wildcard_removed(self):
        found = [name for name in self.names if b"*" in name]
        if not found:
            return None
        name = self.rng.choice(found)
        self.zone.drop(name)
        return f"no wildcard {text_of(name)}"

    def apex_changed(self):
        rdtype = self.rng.choice(("NS", "TXT", "CAA", "AAAA", "MX"))
        if rdtype != "NS" and (self.zone.apex, rdtype) in self.zone.sets and self.rng.random() < 0.5:
            self.zone.drop(self.zone.apex, rdtype)
        else:
            self.put(self.zone.apex, rdtype, 2)
        return f"apex {rdtype}"

    def subtree_removed(self):
        name = self.some_owner()
        gone = [name, *self.below(name)]
        for each in gone:
            self.zone.drop(each)
        return f"remove {text_of(name)} and {len(gone) - 1} names below"

    def denial_ttl_changed(self):
        """The SOA's TTL or MINIMUM: work owed by steps."""
        ttl, minimum = self.rng.choice(((3600, 300), (3600, 7200), (900, 3600), (86400, 86400)))
        self.zone.soa_put(ttl=ttl, minimum=minimum)
        return f"SOA {ttl} {minimum}"

    def taken_back(self):
        """A zone of some steps ago: what was made is removed again, and the other way round."""
        if not self.earlier:
            return None
        soa = self.zone.soa()
        self.zone.sets = dict(self.rng.choice(self.earlier))
        self.zone.soa_put(ttl=soa[0], minimum=soa[1][6], serial=soa[1][2])
        return "take back"

    KINDS = ((names_added, 6), (names_removed, 3), (sets_changed, 3), (letters_changed, 1),
             (cut_made, 3), (cut_removed, 3), (ds_on, 2), (ds_off, 2), (dname_made, 2), (dname_removed, 2),
             (wildcard_made, 2), (wildcard_removed, 1), (apex_changed, 1), (subtree_removed, 1),
             (taken_back, 2))

    def step(self, most=4, denial_ttl=False):
        """One difference, of several changes; says which. With `denial_ttl` the SOA's TTLs change too."""
        self.earlier = self.earlier[-7:] + [dict(self.zone.sets)]
        kinds = [kind for kind, weight in self.KINDS for _ in range(weight)]
        said = []
        for _ in range(self.rng.randint(1, most)):
            self.survey()
            said.append(self.rng.choice(kinds)(self))
        if denial_ttl:
            said.append(self.denial_ttl_changed())
        self.settle()
        return "; ".join(filter(None, said))

    def settle(self):
        """What rules out what: CNAME and everything else, DNAME and NS below the apex, DS without NS."""
        for name, types in self.zone.by_name().items():
            if "CNAME" in types and len(types) > 1:
                self.zone.drop(name, "CNAME")
            if "DNAME" in types and "NS" in types and name != self.zone.apex:
                self.zone.drop(name, "DNAME")
            if "DS" in types and "NS" not in types:
                self.zone.drop(name, "DS")
