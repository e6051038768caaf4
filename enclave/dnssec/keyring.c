/*
 * keyring.c - the zone keys in use; see keyring.h.
 */
#include "enclave/dnssec/keyring.h"

static struct keyring_slot *slot_free(struct keyring *keyring)
{
    struct keyring_slot *oldest = &keyring->slots[0];

    for (size_t i = 0; i < KEYRING_SLOTS; i++) {
        struct keyring_slot *slot = &keyring->slots[i];

        if (!slot->used) {
            return slot;
        }
        if (slot->last_use < oldest->last_use) {
            oldest = slot;
        }
    }
    signer_close(&oldest->signer);
    oldest->used = false;
    return oldest;
}

void keyring_put(struct keyring *keyring, const struct hash *zone_id, const struct signer *signer)
{
    struct keyring_slot *slot = slot_free(keyring);

    *slot = (struct keyring_slot){
        .used = true, .last_use = ++keyring->uses, .zone_id = *zone_id, .signer = *signer};
}

static const struct signer *kept(struct keyring *keyring, const struct key_request *request)
{
    for (size_t i = 0; i < KEYRING_SLOTS; i++) {
        struct keyring_slot *slot = &keyring->slots[i];

        if (slot->used && hash_equal(&slot->zone_id, &request->zone_id) &&
            octets_equal(octets_of(slot->signer.public_key, slot->signer.public_size),
                         request->public_key)) {
            slot->last_use = ++keyring->uses;
            return &slot->signer;
        }
    }
    return NULL;
}

static enum sworn_result fetch(const struct key_request *request, struct region *region,
                               struct octets *sealed, struct reason *reason)
{
    struct message_need_key need = {.role = request->role, .zone_id = request->zone_id};
    struct message_octets reply;

    SWORN_TRY(
        channel_ask_octets(request->channel, MESSAGE_NEED_KEY, &need, region, &reply, reason));
    SWORN_SAY(reply.present == 1, reason, SWORN_PROOF, "the host does not have the sealed key");
    *sealed = reply.octets;
    return SWORN_OK;
}

enum sworn_result keyring_get(struct keyring *keyring, const struct key_request *request,
                              struct region *region, const struct signer **signer,
                              struct reason *reason)
{
    struct seal_binding binding = {
        .log_id = request->log_id,
        .zone_id = request->zone_id,
        .role = request->role,
        .anchor = request->anchor,
        .public_key = request->public_key,
    };
    struct signer opened;
    struct octets sealed;
    enum sworn_result result;

    *signer = kept(keyring, request);
    if (*signer != NULL) {
        return SWORN_OK;
    }
    SWORN_TRY(fetch(request, region, &sealed, reason));
    result = signer_open(request->secrets, request->algorithm, request->seal_secret, &binding,
                         sealed, &opened);
    SWORN_SAY(result == SWORN_OK, reason, result,
              "the sealed zone key does not open: it was changed, or sealed for another zone or "
              "by another enclave");
    keyring_put(keyring, &request->zone_id, &opened);
    *signer = kept(keyring, request);
    return SWORN_OK;
}
