/*
 * abi.c - the table of imports, and the way from the engine's callback to a handler.
 *
 * Fuel: the engine takes 1 for a simple instruction and 1 for 64 octets copied. What the host does
 * for a guard is priced by the time it takes in the same measure, rounded up; docs/guard-abi.md
 * gives the table.
 */
#include "core/guard/abi.h"

#include <stdarg.h>
#include <stdio.h>

static struct octets environment_data(const struct abi_session *session)
{
    return session->call->environment;
}

static struct octets argument_data(const struct abi_session *session)
{
    return session->call->argument;
}

static struct octets zone_data(const struct abi_session *session)
{
    return session->call->apex_text;
}

static struct octets policy_data(const struct abi_session *session)
{
    return session->call->policy;
}

static struct octets state_data(const struct abi_session *session)
{
    return session->call->state;
}

/* clang-format off */
static const struct abi_import imports[] = {
    /* name             signature  handler                   data               fuel   per 64 */
    {"env_size",         ":i",      data_size,                environment_data,    50,     0},
    {"env_copy",         "iii:i",   data_copy,                environment_data,    50,     1},
    {"arg_size",         ":i",      data_size,                argument_data,       50,     0},
    {"arg_copy",         "iii:i",   data_copy,                argument_data,       50,     1},
    {"zone_size",        ":i",      data_size,                zone_data,           50,     0},
    {"zone_copy",        "iii:i",   data_copy,                zone_data,           50,     1},
    {"policy_size",      ":i",      data_size,                policy_data,         50,     0},
    {"policy_copy",      "iii:i",   data_copy,                policy_data,         50,     1},
    {"state_size",       ":i",      data_size,                state_data,          50,     0},
    {"state_copy",       "iii:i",   data_copy,                state_data,          50,     1},
    {"state_set",        "ii:",     decide_state,             NULL,                50,     1},
    {"zone_id",          "i:",      data_zone_id,             NULL,                50,     0},
    {"sequence",         ":I",      data_sequence,            NULL,                50,     0},
    {"now",              ":I",      data_now,                 NULL,                50,     0},
    {"update_record",    "ii:",     records_update,           NULL,              5000,  1024},
    {"records_size",     "ii:i",    records_size,             NULL,              2000,   512},
    {"records_copy",     "iii:i",   records_copy,             NULL,                50,     1},
    {"update_owner",     "ii:",     decide_owner,             NULL,               500,     1},
    {"update_policy",    "ii:",     decide_policy,            NULL,               500,     1},
    {"remove_zone",      ":",       decide_remove,            NULL,                50,     0},
    {"fail",             "ii:",     decide_fail,              NULL,                50,     1},
    {"fail_code",        "iii:",    decide_fail_code,         NULL,                50,     1},
    {"sha256",           "iii:",    crypto_sha256,            NULL,               500,    64},
    {"keccak256",        "iii:",    crypto_keccak256,         NULL,               500,   256},
    {"ed25519_verify",   "iiii:i",  crypto_ed25519_verify,    NULL,             50000,   128},
    {"p256_verify",      "iii:i",   crypto_p256_verify,       NULL,            100000,     0},
    {"secp256k1_recover","iii:i",   crypto_secp256k1_recover, NULL,             50000,     0},
    {"mod_set",          "ii:",     modular_set,              NULL,               100,     0},
    {"mod_mul",          "iii:",    modular_multiply,         NULL,               150,     0},
    {"mod_add",          "iii:",    modular_add,              NULL,               100,     0},
    {"mod_sub",          "iii:",    modular_subtract,         NULL,               100,     0},
    {"mod_mul2",         "iii:",    modular_multiply2,        NULL,               300,     0},
};
/* clang-format on */

const struct abi_import *abi_imports(size_t *count)
{
    _Static_assert(sizeof(imports) / sizeof(imports[0]) <= ABI_IMPORTS_MAX, "the table has grown");

    *count = sizeof(imports) / sizeof(imports[0]);
    return imports;
}

int abi_call(void *context, const struct engine_host_call *host)
{
    struct abi_session *session = context;
    enum sworn_result result;

    session->import = &imports[host->import];
    session->host = host;
    result = abi_charge(session, session->import->fuel);
    if (result == SWORN_OK) {
        result = session->import->handler(session);
    }
    if (result == SWORN_OK && session->call->observe != NULL) {
        session->call->observe(session->call->observer, session->import->name, host);
    }
    session->host = NULL;
    session->stop = result;
    return result != SWORN_OK;
}

enum sworn_result abi_refuse(struct abi_session *session, enum sworn_result result,
                             const char *format, ...)
{
    char text[sizeof(session->reason->text)];
    va_list arguments;

    va_start(arguments, format);
    (void)vsnprintf(text, sizeof(text), format, arguments);
    va_end(arguments);
    return because(session->reason, result, "%s: %s", session->import->name, text);
}

static enum sworn_result check_access(struct abi_session *session, uint32_t offset, uint32_t size)
{
    if ((uint64_t)offset + size > session->host->memory_size) {
        return abi_refuse(session, SWORN_REFUSED, "access outside memory");
    }
    return SWORN_OK;
}

enum sworn_result abi_input(struct abi_session *session, uint32_t offset, uint32_t size,
                            struct octets *octets)
{
    SWORN_TRY(check_access(session, offset, size));
    *octets = octets_of(size == 0 ? NULL : session->host->memory + offset, size);
    return SWORN_OK;
}

enum sworn_result abi_output(struct abi_session *session, uint32_t offset, uint32_t size,
                             uint8_t **octets)
{
    SWORN_TRY(check_access(session, offset, size));
    *octets = size == 0 ? NULL : session->host->memory + offset;
    return SWORN_OK;
}

enum sworn_result abi_charge(struct abi_session *session, uint64_t fuel)
{
    if (*session->host->fuel < fuel) {
        *session->host->fuel = 0;
        return because(session->reason, SWORN_REFUSED, "out of fuel");
    }
    *session->host->fuel -= fuel;
    return SWORN_OK;
}

enum sworn_result abi_charge_octets(struct abi_session *session, uint64_t size)
{
    return abi_charge(session, (size + 63) / 64 * session->import->fuel_per_64);
}

enum sworn_result abi_copy(struct abi_session *session, struct octets data)
{
    uint32_t offset = abi_u32(session, 1);
    uint32_t wanted = abi_u32(session, 2);
    size_t left = offset < data.size ? data.size - offset : 0;
    uint32_t size = wanted < left ? wanted : (uint32_t)left;
    uint8_t *target;

    SWORN_TRY(abi_charge_octets(session, size));
    SWORN_TRY(abi_output(session, abi_u32(session, 0), size, &target));
    if (size > 0) {
        memcpy(target, data.data + offset, size);
    }
    abi_return(session, size);
    return SWORN_OK;
}
