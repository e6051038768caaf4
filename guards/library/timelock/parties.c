/*
 * parties.c - see parties.h.
 */
#include "guards/library/timelock/parties.h"

enum role { ROLE_OWNER = 1, ROLE_SECOND = 2, ROLE_GUARDIAN = 3 };

static size_t count_of(struct fdns_octets roles, uint8_t role)
{
    size_t count = 0;

    for (size_t i = 0; i < roles.size; i++) {
        count += roles.data[i] == role;
    }
    return count;
}

static void check_roles(const struct parties *parties)
{
    size_t guardians = count_of(parties->roles, ROLE_GUARDIAN);

    for (size_t i = 0; i < parties->roles.size; i++) {
        if (parties->roles.data[i] < ROLE_OWNER || parties->roles.data[i] > ROLE_GUARDIAN) {
            fdns_refuse("environment: a role is none of 1 owner, 2 second key, 3 guardian");
        }
    }
    if (count_of(parties->roles, ROLE_OWNER) == 0) {
        fdns_refuse("environment: no key has the role of an owner");
    }
    if (guardians == 0 && (parties->guardians_needed != 0 || parties->recovery_delay != 0)) {
        fdns_refuse("environment: a recovery, and no key has the role of a guardian");
    }
    if (guardians == 0) {
        return;
    }
    if (parties->guardians_needed == 0 || parties->guardians_needed > guardians) {
        fdns_refuse("environment: the guardians needed are not from 1 to as many as there are");
    }
    if (parties->recovery_delay < parties->delay) {
        fdns_refuse("environment: the recovery delay is shorter than the delay");
    }
}

void parties_load(struct parties *parties)
{
    struct fdns_octets environment = fdns_load_env();
    uint64_t mode, guardians;

    fdns_load_key_set(&environment, &parties->keys);
    if (!fdns_read_number(&environment, 1, &mode) ||
        !fdns_read_number(&environment, 4, &parties->delay) ||
        !fdns_read_number(&environment, 4, &parties->recovery_delay) ||
        !fdns_read_number(&environment, 1, &guardians) ||
        !fdns_read_octets(&environment, parties->keys.count, &parties->roles)) {
        fdns_refuse("environment: mode, delays or roles are cut short");
    }
    if (mode > 1) {
        fdns_refuse("environment: the mode is neither 0 nor 1");
    }
    if (environment.size != 0) {
        fdns_refuse("environment: something follows the roles");
    }
    parties->records_at_once = mode == 1;
    parties->guardians_needed = (size_t)guardians;
    check_roles(parties);
}

unsigned parties_of(const struct parties *parties, const struct fdns_signatures *signatures)
{
    unsigned found = 0;
    size_t guardians = 0;

    for (size_t i = 0; i < signatures->count; i++) {
        uint8_t role = parties->roles.data[signatures->items[i].key];

        found |= role == ROLE_OWNER ? PARTY_OWNER : 0U;
        found |= role == ROLE_SECOND ? PARTY_SECOND : 0U;
        guardians += role == ROLE_GUARDIAN;
    }
    if (guardians > 0 && guardians >= parties->guardians_needed) {
        found |= PARTY_GUARDIANS;
    }
    return found;
}
