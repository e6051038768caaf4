"""A clock for swornd that tests set (libfaketime); the enclave reads none. And signatures, read as such a clock sees them."""
import email.utils
import glob
import os
import urllib.request

import dns.rdatatype
import dns.zone
import pytest

LIBRARY = "/usr/lib/*/faketime/libfaketimeMT.so.1"


class Clock:
    """Real time plus an offset, perhaps faster; may change while swornd runs."""

    def __init__(self, folder):
        found = glob.glob(LIBRARY)
        if not found:
            pytest.skip("libfaketime (package faketime) is not installed")
        self.path = os.path.join(str(folder), "clock")
        self.environment = {"LD_PRELOAD": found[0], "FAKETIME_TIMESTAMP_FILE": self.path,
                            "FAKETIME_NO_CACHE": "1", "FAKETIME_DONT_FAKE_MONOTONIC": "1"}
        self.offset = 0
        self.set(0)

    def set(self, offset, rate=None):
        """Go `offset` seconds ahead of real time, from now on `rate` times as fast."""
        self.offset = offset
        with open(self.path + ".new", "w") as file:
            file.write(f"{offset:+d}" + (f" x{rate}" if rate else "") + "\n")
        os.rename(self.path + ".new", self.path)

    def forward(self, seconds):
        self.set(self.offset + int(seconds))


def now_of(server):
    """What swornd takes for the time: libmicrohttpd says it with every answer."""
    with urllib.request.urlopen(server.url + "/v1/checkpoint", timeout=60) as reply:
        return int(email.utils.parsedate_to_datetime(reply.headers["Date"]).timestamp())


class Signed:
    """A whole signed zone: .sets {(owner, type): rdataset}, .rrsigs {(owner, type): RRSIG}."""

    def __init__(self, text, apex):
        self.zone = dns.zone.from_text(text, origin=apex, relativize=False, check_origin=False)
        self.sets, self.rrsigs = {}, {}
        for name, node in self.zone.nodes.items():
            for rdataset in node.rdatasets:
                owner = name.to_text()
                if rdataset.rdtype != dns.rdatatype.RRSIG:
                    self.sets[owner, rdataset.rdtype] = rdataset
                    continue
                assert len(rdataset) == 1, (owner, rdataset)
                self.rrsigs[owner, rdataset.covers] = rdataset[0]

    @property
    def serial(self):
        return next(sets[0].serial for (_, rdtype), sets in self.sets.items()
                    if rdtype == dns.rdatatype.SOA)

    def least(self):
        """When the first signature expires."""
        return min(rrsig.expiration for rrsig in self.rrsigs.values())

    def without_soa(self):
        return {key: value for key, value in self.sets.items() if key[1] != dns.rdatatype.SOA}


def signed(server, apex="demo.test"):
    """The head of a zone as the API streams it."""
    status, text = server.get(f"/v1/zones/{apex}/records?signed=1&format=zone")
    assert status == 200, text
    return Signed(text, apex)
