/*
 * update.c - an UPDATE on its way to the zone's guard and back; see update.h.
 *
 *   form, zone, access list, rate -> answered before? -> guard -> response code
 */
#include "host/update/update.h"

#include <stdlib.h>
#include <time.h>

#include "core/merkle/merkle.h"
#include "core/update/refusal.h"
#include "host/update/request.h"

#define REQUEST_CAP ((size_t)64 * 1024 * 1024)

struct update_server {
    struct commit_server *commits;
    struct config_current *config;
    struct limit_rules *limits; /* NULL: none */
    struct update_memory *memory;
};

enum sworn_result update_server_new(struct commit_server *commits, struct config_current *config,
                                    struct update_server **server)
{
    struct update_server *made = calloc(1, sizeof(*made));

    SWORN_ENSURE(made != NULL, SWORN_NO_MEMORY);
    made->commits = commits;
    made->config = config;
    if (update_memory_new(&made->memory) != SWORN_OK) {
        free(made);
        return SWORN_NO_MEMORY;
    }
    *server = made;
    return SWORN_OK;
}

void update_server_limit(struct update_server *server, struct limit_rules *limits)
{
    server->limits = limits;
}

void update_server_free(struct update_server *server)
{
    if (server == NULL) {
        return;
    }
    update_memory_free(server->memory);
    free(server);
}

static uint64_t milliseconds(void)
{
    struct timespec now;

    (void)clock_gettime(CLOCK_MONOTONIC, &now);
    return (uint64_t)now.tv_sec * 1000 + (uint64_t)now.tv_nsec / 1000000;
}

/* A list that says nothing of updates leaves them to the guard, who asks for a signature. */
static bool speaks_of_updates(const struct config_template *settings)
{
    for (unsigned i = 0; i < settings->acl_count; i++) {
        if ((settings->acl[i]->actions & ACTION_UPDATE) != 0) {
            return true;
        }
    }
    return false;
}

static bool allowed(const struct update_server *server, const struct name *zone,
                    const struct client_address *client, const struct config_key *key)
{
    struct config_held *held = config_hold(server->config);
    const struct config_template *settings = config_template_of(config_of(held), zone);
    bool fits = !speaks_of_updates(settings) || config_allows(settings, ACTION_UPDATE, client, key);

    config_let_go(held);
    return fits;
}

/* What became of it, as a response code. */
static struct verdict judge(enum sworn_result result, uint16_t rcode, const struct reason *reason)
{
    struct verdict verdict = verdict_of(RCODE_SERVFAIL, reason->text);

    switch (result) {
    case SWORN_OK:
        verdict = verdict_of(RCODE_NOERROR, "");
        verdict.lasting = true;
        break;
    case SWORN_ABSENT:
        verdict.rcode = RCODE_NOTAUTH;
        break;
    case SWORN_REFUSED:
        verdict.rcode = rcode == 0 ? RCODE_REFUSED : rcode;
        verdict.lasting = verdict.rcode != RCODE_SERVFAIL;
        break;
    case SWORN_MALFORMED:
    case SWORN_INVALID:
    case SWORN_LIMIT:
        verdict.rcode = RCODE_REFUSED;
        verdict.lasting = true;
        break;
    default: /* of the server's own making: another attempt may succeed */
        break;
    }
    return verdict;
}

static struct verdict ask_guard(struct update_server *server, const struct name *zone,
                                struct octets message)
{
    struct commit_proof proof = {0};
    struct reason reason = {{0}};
    struct region region;
    struct verdict verdict;
    enum sworn_result result;

    region_init(&region, REQUEST_CAP);
    result = commit_update(server->commits, zone, message, false, &region, &proof, &reason);
    verdict = judge(result, proof.rcode, &reason);
    region_clear(&region);
    return verdict;
}

static struct verdict decide(struct update_server *server, const struct name *zone,
                             struct octets message)
{
    struct verdict verdict;
    struct hash octets;

    if (sha256_one(message, &octets) != SWORN_OK) {
        return verdict_of(RCODE_SERVFAIL, "");
    }
    if (update_memory_begin(server->memory, &octets, milliseconds() / 1000, &verdict)) {
        return verdict;
    }
    verdict = ask_guard(server, zone, message);
    update_memory_end(server->memory, &octets, milliseconds() / 1000, &verdict);
    return verdict;
}

static struct verdict handle(struct update_server *server, const struct exchange *exchange,
                             struct octets message, const struct config_key *key,
                             struct update_request *request)
{
    enum sworn_result result = update_request_read(message, request);

    if (result == SWORN_ABSENT) {
        return verdict_of(RCODE_NOTAUTH, "only class IN is served");
    }
    if (result != SWORN_OK) {
        return verdict_of(RCODE_FORMERR, "not a DNS UPDATE");
    }
    if (server->limits != NULL &&
        !limit_update(server->limits, &exchange->client, milliseconds())) {
        return verdict_of(RCODE_REFUSED, "too many updates from this address: wait a second");
    }
    if (!allowed(server, &request->zone, &exchange->client, key)) {
        return verdict_of(RCODE_REFUSED, "the access list does not allow updates from there");
    }
    return decide(server, &request->zone, message);
}

size_t update_handle(struct update_server *server, const struct exchange *exchange,
                     struct octets message, const struct config_key *key, uint8_t *response,
                     size_t room)
{
    struct update_request request;
    struct verdict verdict;

    if (message.size < DNS_HEADER_SIZE) {
        return 0;
    }
    verdict = handle(server, exchange, message, key, &request);
    return update_request_answer(&request, &verdict, response, room);
}
