/*
 * fuzz_config.c - the configuration's text: whatever it is, it is taken or refused with file, line
 * and cause; what is taken holds what its readers rely on.
 *
 *   input = YAML
 */
#include <stdlib.h>

#include "host/config/config.h"

#define CAP ((size_t)16 * 1024 * 1024)

#define ENSURE(condition)                                                                          \
    do {                                                                                           \
        if (!(condition)) {                                                                        \
            abort();                                                                               \
        }                                                                                          \
    } while (0)

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void use(const struct config *config)
{
    struct client_address client = {.octets = {[10] = 0xff, [11] = 0xff, [12] = 192}};
    struct name name;

    ENSURE(config->template_count > 0 && config->store != NULL && config->api.listen != NULL);
    ENSURE(strcmp(config->template[config->template_count - 1].id, "default") == 0);
    for (unsigned i = 0; i < config->key_count; i++) {
        ENSURE(config->key[i].secret.size >= 16);
    }
    ENSURE(name_from_text(octets_of_text("a.b.example."), NULL, &name) == SWORN_OK);
    for (unsigned i = 0; i <= config->key_count; i++) {
        const struct config_key *key = i < config->key_count ? &config->key[i] : NULL;

        (void)config_allows(config_template_of(config, &name), ACTION_TRANSFER, &client, key);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct reason reason = {""};
    struct region region;
    struct config config;
    enum sworn_result result;

    region_init(&region, CAP);
    result = config_read_text(octets_of(data, size), "swornd.yaml", "/enclave", &region, &config,
                              &reason);
    if (result == SWORN_OK) {
        use(&config);
    }
    ENSURE(result == SWORN_OK || result == SWORN_MALFORMED || result == SWORN_NO_MEMORY ||
           result == SWORN_LIMIT);
    ENSURE(result != SWORN_MALFORMED || strncmp(reason.text, "swornd.yaml:", 12) == 0);
    region_clear(&region);
    return 0;
}
