"""Rows of the store that are lost or damaged: never at the cost of those that are left."""
import struct

import pytest

lmdb = pytest.importorskip("lmdb", reason="python3-lmdb is not installed")


def write(server, table, key, value):
    """Change one row of the store of a server that is stopped; None deletes it."""
    with lmdb.open(server.store, max_dbs=9, lock=False, map_size=1 << 30) as store:
        opened = store.open_db(table, create=False)
        with store.begin(opened, write=True) as transaction:
            if value is None:
                assert transaction.delete(key)
            else:
                assert transaction.put(key, value)


@pytest.mark.parametrize("number", [None, 0])
def test_a_new_zone_is_not_written_over_another(demo, number):
    demo.stop()
    write(demo, b"meta", b"zones", None if number is None else struct.pack(">I", number))
    demo.start()
    done = demo.create("other.test", check=False)
    assert done.returncode != 0 and "store" in done.stderr, done
    demo.restart()
    assert "192.0.2.1" in demo.query("www.demo.test", "A").to_text()
    demo.update("demo.test", "--set", "www 300 A 192.0.2.2")
    assert "192.0.2.2" in demo.query("www.demo.test", "A").to_text()
