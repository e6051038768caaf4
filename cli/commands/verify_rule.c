/*
 * verify_rule.c - sworn verify, of the zone's rule and of the enclave: which code decides, who owns
 * it by what that code was given, what the enclave says of itself.
 */
#include "cli/commands/verify.h"

#include <inttypes.h>
#include <jansson.h>
#include <sodium.h>
#include <stdio.h>
#include <string.h>

#include "cli/argument/format.h"
#include "cli/commands/guard_print.h"
#include "cli/commands/print.h"
#include "cli/file.h"
#include "cli/guard/library.h"
#include "cli/guard/rebuild.h"
#include "core/guard/guard.h"
#include "net/text.h"

#define DETAIL_SIZE 512

/* Which of the library's guards it is, shown by building them. */
static enum sworn_result verify_by_rebuilding(const struct zone *zone, const char *folder,
                                              const char *installed)
{
    struct context *context = zone->context;
    char detail[DETAIL_SIZE], hash[HASH_TEXT_SIZE];
    enum sworn_result result;
    const char *name;
    size_t built;

    result = guard_rebuild(folder, &zone->view.leaf.guard, installed, context->region, &name,
                           &built, context->reason);
    if (result == SWORN_OK) {
        (void)snprintf(detail, sizeof(detail), "library %s, rebuilt from %s", name, folder);
        verify_ok("guard", detail);
        return SWORN_OK;
    }
    SWORN_ENSURE(result == SWORN_ABSENT && built > 0, result);
    hash_text(&zone->view.leaf.guard, hash);
    (void)snprintf(detail, sizeof(detail), "%s is none of the %zu that %s makes", hash, built,
                   folder);
    verify_unchecked("guard", detail);
    return SWORN_OK;
}

/* As far as what is installed says. */
static void verify_by_name(const struct zone *zone, const char *installed)
{
    char detail[DETAIL_SIZE], hash[HASH_TEXT_SIZE];

    if (installed != NULL) {
        (void)snprintf(detail, sizeof(detail),
                       "library %s, as installed here; --rebuild FOLDER proves it from source",
                       installed);
        verify_ok("guard", detail);
        return;
    }
    hash_text(&zone->view.leaf.guard, hash);
    (void)snprintf(detail, sizeof(detail),
                   "%s is none that is installed here: what it decides by is not known", hash);
    verify_unchecked("guard", detail);
}

/* Whose keys the environment names, for the formats that are known here. */
static void verify_owners(struct octets code, struct octets environment)
{
    const struct argument_format *format = argument_format_find(guard_argument(code));
    char detail[DETAIL_SIZE], text[KEY_TEXT_SIZE];
    struct reason reason = {{0}};
    struct owners owners;

    if (guard_argument(code).size == 0 || format == NULL ||
        format->owners(environment, &owners, &reason) != SWORN_OK) {
        verify_unchecked("owners", "what this guard's environment says is not known here");
        return;
    }
    if (format->layout == LAYOUT_PROVEN) {
        verify_ok("owner", "whoever has a proof of the environment's circuit");
        return;
    }
    for (size_t i = 0; i < owners.count; i++) {
        key_public_to_text(&owners.keys[i], text);
        (void)snprintf(detail, sizeof(detail), "%zu of %zu, %s %s", i + 1, owners.count,
                       key_type_name(owners.keys[i].type), text);
        verify_ok(format->layout == LAYOUT_KEYS ? "key" : "owner", detail);
    }
    if (owners.count == 0) {
        verify_ok("owner", "nobody");
    }
}

/* How many have to sign: the octet behind the key set, where the guard is multisig. */
static void verify_threshold(const char *installed, struct octets environment)
{
    char detail[DETAIL_SIZE];

    if (installed == NULL || strcmp(installed, "multisig") != 0 || environment.size == 0) {
        return;
    }
    (void)snprintf(detail, sizeof(detail), "%u of these keys have to sign",
                   environment.data[environment.size - 1]);
    verify_ok("threshold", detail);
}

enum sworn_result verify_rule(const struct zone *zone)
{
    struct context *context = zone->context;
    const char *folder = context->options->value[OPTION_REBUILD];
    const char *installed = guard_name_of(&zone->view.leaf.guard, context->region);
    struct octets code, environment;

    SWORN_TRY(zone_octets(zone, "guard", &zone->view.leaf.guard, &code));
    SWORN_TRY(zone_octets(zone, "environment", &zone->view.leaf.environment, &environment));
    if (folder == NULL) {
        verify_by_name(zone, installed);
    } else {
        SWORN_TRY(verify_by_rebuilding(zone, folder, installed));
    }
    verify_owners(code, environment);
    verify_threshold(installed, environment);
    return SWORN_OK;
}

/* The value of "name=value" on a line of its own. */
static bool line_of(struct octets text, const char *name, struct octets *value)
{
    size_t size = strlen(name), at = 0;

    while (at < text.size) {
        const uint8_t *end = memchr(text.data + at, '\n', text.size - at);
        size_t line = end == NULL ? text.size - at : (size_t)(end - text.data) - at;

        if (line > size && memcmp(text.data + at, name, size) == 0 && text.data[at + size] == '=') {
            *value = octets_of(text.data + at + size + 1, line - size - 1);
            return true;
        }
        at += line + 1;
    }
    return false;
}

static bool line_is(struct octets text, const char *name, struct octets value)
{
    struct octets found;

    return line_of(text, name, &found) && octets_equal(found, value);
}

/* Text and signature of the reply, which is {"text","signature",...}. */
static enum sworn_result evidence_read(struct octets body, struct region *region,
                                       struct octets *text, uint8_t signature[64])
{
    struct writer octets = writer_over(signature, 64);
    json_t *root = json_loadb((const char *)body.data, body.size, 0, NULL);
    const json_t *said = json_object_get(root, "text");
    const char *hex = json_string_value(json_object_get(root, "signature"));
    enum sworn_result result = SWORN_MALFORMED;

    if (json_is_string(said) && hex != NULL) {
        result =
            region_copy(region, octets_of(json_string_value(said), json_string_length(said)), text);
    }
    if (result == SWORN_OK) {
        result = hex_read(octets_of_text(hex), &octets);
    }
    json_decref(root);
    return result == SWORN_OK && octets.used == 64 ? SWORN_OK : SWORN_MALFORMED;
}

/* That fuel means there what it means here. */
static enum sworn_result verify_fuel(struct octets text)
{
    char hash[HASH_TEXT_SIZE], detail[DETAIL_SIZE];
    struct hash table;

    SWORN_TRY(guard_fuel_table(&table));
    hash_text(&table, hash);
    if (line_is(text, "engine", octets_of_text(guard_engine_version())) &&
        line_is(text, "fuel-table", octets_of_text(hash))) {
        (void)snprintf(detail, sizeof(detail), "%s and the prices of this sworn",
                       guard_engine_version());
        verify_ok("engine", detail);
        return SWORN_OK;
    }
    (void)snprintf(detail, sizeof(detail),
                   "it is not %s with the prices of this sworn: guards may cost something else",
                   guard_engine_version());
    verify_unchecked("engine", detail);
    return SWORN_OK;
}

/* The statement with our nonce, signed by the log's key. */
static enum sworn_result evidence_check(const struct zone *zone, struct octets text,
                                        const uint8_t signature[64], const char *nonce)
{
    struct reason *reason = zone->context->reason;
    const uint8_t *log_key = zone->view.log_key;
    char key[HASH_TEXT_SIZE];
    struct hash shown;

    memcpy(shown.octets, log_key, sizeof(shown.octets));
    hash_text(&shown, key);
    SWORN_SAY(crypto_sign_verify_detached(signature, text.data, text.size, log_key) == 0, reason,
              SWORN_PROOF, "evidence: its signature is not the log key's");
    SWORN_SAY(line_is(text, "nonce", octets_of_text(nonce)) &&
                  line_is(text, "log-public-key", octets_of_text(key)),
              reason, SWORN_PROOF,
              "evidence: it is not about this log, or was not made for us now");
    return SWORN_OK;
}

enum sworn_result verify_evidence(const struct zone *zone)
{
    struct context *context = zone->context;
    uint8_t nonce[32], signature[64];
    char hex[2 * sizeof(nonce) + 1], *path;
    struct octets body, text, platform;

    randombytes_buf(nonce, sizeof(nonce));
    (void)sodium_bin2hex(hex, sizeof(hex), nonce, sizeof(nonce));
    SWORN_TRY(text_in(context->region, &path, "/v1/evidence?nonce=%s", hex));
    SWORN_TRY(server_get(context->server, path, context->region, &body, context->reason));
    SWORN_SAY(evidence_read(body, context->region, &text, signature) == SWORN_OK, context->reason,
              SWORN_PROOF, "evidence: the server's answer is not a signed statement");
    SWORN_TRY(evidence_check(zone, text, signature, hex));
    verify_ok("statement", line_of(text, "platform", &platform) &&
                                   octets_equal(platform, octets_of_text("process"))
                               ? "made for us now, signed by the log's key: platform=process"
                               : "made for us now, signed by the log's key");
    return verify_fuel(text);
}
