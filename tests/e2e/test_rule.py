"""What a zone's rule is, and what it may use: its octets over the API, limits, fuel, evidence."""
import urllib.error
import urllib.request

import owner
from owner import Owner, new_owner


def octets_of(server, path):
    """(status, content type, octets) of an API path."""
    try:
        with urllib.request.urlopen(server.url + path, timeout=60) as reply:
            return reply.status, reply.headers["Content-Type"], reply.read()
    except urllib.error.HTTPError as error:
        return error.code, error.headers["Content-Type"], error.read()


def part(server, apex, name):
    status, kind, octets = octets_of(server, f"{owner.path_of(apex)}/{name}")
    assert (status, kind) == (200, "application/octet-stream"), (status, kind, octets)
    return octets


# The octets.

def test_guard_environment_and_state_are_what_the_leaf_certifies(server):
    zone = Owner(server)
    assert zone.create()[0] == 201
    leaf = zone.leaf()
    for name, hashed in (("guard", "guard"), ("environment", "environment"),
                         ("state", "guard_state")):
        assert owner.sha256(part(server, zone.apex, name)) == leaf[hashed], name
    assert part(server, zone.apex, "guard") == owner.guard()
    assert part(server, zone.apex, "environment") == zone.key.public
    assert part(server, zone.apex, "state") == b""


def test_after_a_change_of_owner_the_octets_are_the_new_ones(server):
    zone = Owner(server)
    assert zone.create()[0] == 201
    other = owner.Key()
    zone.done(new_owner(other.public))
    assert part(server, zone.apex, "environment") == other.public
    assert part(server, zone.apex, "guard") == owner.guard()


def test_there_is_no_guard_of_a_zone_that_is_not_there(server):
    for name in ("guard", "environment", "state"):
        status, kind, octets = octets_of(server, f"/v1/zones/none.test/{name}")
        assert (status, kind) == (404, "application/json") and b"absent" in octets
