/*
 * main.c - sworn-enclave: started by swornd, never by hand.
 *
 *   sworn-enclave --channel FD --secret FD
 *
 * The channel is a connected stream socket; the secret is read from a pipe to its end. Everything
 * is given up before the first octet is read from the channel.
 */
#include "core/boundary/zone_leaf.h"
#include "enclave/enclave.h"
#include "enclave/memory.h"
#include "enclave/platform/process.h"

#include <jansson.h>
#include <openssl/crypto.h>
#include <openssl/rand.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>

/* The only object of static storage: too large for a stack, and there is one. */
static struct enclave enclave;

static bool number(const char *text, int *value)
{
    char *end;
    long parsed = strtol(text, &end, 10);

    *value = (int)parsed;
    return *end == 0 && end != text && parsed >= 0 && parsed < 65536;
}

static int give_up(const char *what)
{
    (void)fprintf(stderr, "sworn-enclave: %s\n", what);
    return 1;
}

/*
 * jansson hashes member names: with a seed that nobody outside knows, no input can make them
 * collide.
 */
static bool seed_json(void)
{
    size_t seed;

    if (RAND_bytes((unsigned char *)&seed, sizeof(seed)) != 1) {
        return false;
    }
    json_object_seed(seed);
    return true;
}

int main(int count, char **arguments)
{
    uint8_t secret[SEAL_SECRET_SIZE];
    struct reason reason = {0};
    int channel, secret_fd;

    if (count != 5 || strcmp(arguments[1], "--channel") != 0 || !number(arguments[2], &channel) ||
        strcmp(arguments[3], "--secret") != 0 || !number(arguments[4], &secret_fd)) {
        return give_up("it is started by swornd: sworn-enclave --channel FD --secret FD");
    }
    /* A host that is gone in the middle of an answer is an end of the stream like any. */
    (void)signal(SIGPIPE, SIG_IGN);
    memory_keep();
    if (process_secret(secret_fd, secret) != SWORN_OK) {
        return give_up("the sealing secret is not 32 octets");
    }
    if (process_warm_up() != SWORN_OK || !seed_json()) {
        return give_up("a cryptographic library does not start");
    }
    if (enclave_init(&enclave, channel, PLATFORM_PROCESS, secret) != SWORN_OK) {
        return give_up("cannot have locked memory: is 'ulimit -l' below 64?");
    }
    OPENSSL_cleanse(secret, sizeof(secret));
    if (process_confine(channel, &reason) != SWORN_OK) {
        return give_up(reason.text);
    }
    enclave_serve(&enclave);
    return 0;
}
