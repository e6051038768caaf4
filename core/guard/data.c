/*
 * data.c - what a guard may read besides records: X_size and X_copy for env, arg, zone, policy and
 * state; zone_id, sequence, now.
 */
#include "core/guard/abi.h"

enum sworn_result data_size(struct abi_session *session)
{
    /* Limits keep all of these far below 2^31. */
    abi_return(session, (uint32_t)session->import->data(session).size);
    return SWORN_OK;
}

enum sworn_result data_copy(struct abi_session *session)
{
    return abi_copy(session, session->import->data(session));
}

enum sworn_result data_zone_id(struct abi_session *session)
{
    uint8_t *target;

    SWORN_TRY(abi_output(session, abi_u32(session, 0), HASH_SIZE, &target));
    memcpy(target, session->call->zone_id.octets, HASH_SIZE);
    return SWORN_OK;
}

enum sworn_result data_sequence(struct abi_session *session)
{
    abi_return(session, session->call->sequence);
    return SWORN_OK;
}

enum sworn_result data_now(struct abi_session *session)
{
    abi_return(session, session->call->now);
    return SWORN_OK;
}
