/*
 * fuzz_exchange.c - arbitrary messages to the handler of exchanges, over a store with a zone, its
 * journal and a catalog: questions for transfers, NOTIFY, whatever is signed.
 *
 *   input = u8 flags (1 sign it with the key, 2 over UDP) ‖ message
 *
 * What comes back is read as a client would, signatures included.
 */
#include "tests/unit/transfer/transfer_world.h"

#include "core/dns/rr.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static struct world *world_new(void)
{
    struct world *world = malloc(sizeof(*world));

    if (world == NULL) {
        abort();
    }
    world_open(world);
    world_begin(world);
    world_set(world, "@", RR_NS, "ns");
    world_set(world, "big", RR_TXT,
              "\"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa\"");
    world_end(world, true);
    world_begin(world);
    world_set(world, "www", RR_A, "192.0.2.1");
    world_end(world, true);
    world_begin(world);
    world_set(world, "waits", RR_A, "192.0.2.1");
    world_end(world, false);
    if (transfer_server_start(world->transfers) != SWORN_OK) {
        abort();
    }
    return world;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static struct world *world;
    static struct world_reply reply;

    if (world == NULL) {
        world = world_new();
    }
    if (size < 2 || size > 4096) {
        return 0;
    }
    world_ask(world, octets_of(data + 1, size - 1), (data[0] & 1) != 0,
              (data[0] & 2) != 0 ? TRANSPORT_UDP : TRANSPORT_TCP, &reply);
    return 0;
}
