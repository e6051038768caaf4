/*
 * guard_print.c - see guard_print.h.
 */
#include "cli/commands/guard_print.h"

#include <stdio.h>

void print_clean(struct octets text)
{
    for (size_t i = 0; i < text.size; i++) {
        if (text.data[i] < 0x20 || text.data[i] > 0x7E) {
            (void)printf("\\x%02X", text.data[i]);
        } else {
            (void)putchar(text.data[i]);
        }
    }
}

const char *guard_about(const char *name)
{
    static const char *const about[][2] = {
        {"delegate", "keys that may write only certain names and types, beside a full owner"},
        {"ed25519", "the zone belongs to one Ed25519 key"},
        {"groth16", "accepts whatever comes with a zero-knowledge proof (BN254)"},
        {"groth16-pure", "groth16 without the host's arithmetic: slower, the same results"},
        {"immutable", "the zone never changes again"},
        {"multisig", "m of n keys of any type, which also decide about the set"},
        {"p256", "the zone belongs to one P-256 key"},
        {"secp256k1", "the zone belongs to an Ethereum address, whose wallet shows each change"},
        {"sig0", "DNS UPDATE signed with SIG(0), as nsupdate -k sends it"},
        {"timelock", "changes are announced, take effect after a delay, and can be cancelled"},
    };

    for (size_t i = 0; i < sizeof(about) / sizeof(about[0]); i++) {
        if (strcmp(name, about[i][0]) == 0) {
            return about[i][1];
        }
    }
    return "not of the library that this sworn knows";
}
