/*
 * route.c - resources, their methods and arguments as one table; see route.h.
 */
#include "host/api/route.h"

#include "net/text.h"

#include <stdio.h>

#define ARGUMENT_MORE   1U
#define ARGUMENT_SIGNED 2U
#define ARGUMENT_FORMAT 4U
#define ARGUMENT_NONCE  8U

/* "*" stands for an apex. */
struct resource {
    const char *path;
    const char *method;
    enum route_kind kind;
    unsigned arguments;
};

static const struct resource resources[] = {
    {"/v1/zones", "POST", ROUTE_CREATE, ARGUMENT_MORE},
    {"/v1/zones", "GET", ROUTE_ZONES, 0},
    {"/v1/zones/*", "GET", ROUTE_ZONE, 0},
    {"/v1/zones/*/updates", "POST", ROUTE_UPDATE, ARGUMENT_MORE},
    {"/v1/zones/*/serve", "POST", ROUTE_SERVE, 0},
    {"/v1/zones/*/records", "GET", ROUTE_RECORDS, ARGUMENT_SIGNED | ARGUMENT_FORMAT},
    {"/v1/zones/*/guard", "GET", ROUTE_GUARD, 0},
    {"/v1/zones/*/environment", "GET", ROUTE_ENVIRONMENT, 0},
    {"/v1/zones/*/state", "GET", ROUTE_STATE, 0},
    {"/v1/checkpoint", "GET", ROUTE_CHECKPOINT, 0},
    {"/v1/evidence", "GET", ROUTE_EVIDENCE, ARGUMENT_NONCE},
    {"/healthz", "GET", ROUTE_HEALTH, 0},
    {"/metrics", "GET", ROUTE_METRICS, 0},
};

#define RESOURCES (sizeof(resources) / sizeof(resources[0]))

static bool is_text(struct octets octets, const char *text)
{
    return octets_equal(octets, octets_of_text(text));
}

static bool fail(struct problem *problem, unsigned status, const char *code, const char *message)
{
    problem->status = status;
    problem->code = code;
    (void)because(&problem->reason, SWORN_MALFORMED, "%s", message);
    return false;
}

/* Whether `path` has the form of `pattern`; what stands for "*" is not empty and holds no "/". */
static bool matches(struct octets path, const char *pattern, struct octets *apex)
{
    size_t at = 0;

    for (; *pattern != 0; pattern++) {
        if (*pattern != '*') {
            if (at >= path.size || path.data[at] != (uint8_t)*pattern) {
                return false;
            }
            at++;
            continue;
        }
        *apex = octets_of(path.data + at, 0);
        while (at < path.size && path.data[at] != '/') {
            at++;
            apex->size++;
        }
        if (apex->size == 0) {
            return false;
        }
    }
    return at == path.size;
}

static bool is_method(struct octets method, const char *expected)
{
    return is_text(method, expected) || (strcmp(expected, "GET") == 0 && is_text(method, "HEAD"));
}

static void allow_also(char *allow, size_t size, const char *method)
{
    size_t used = strlen(allow);

    (void)snprintf(allow + used, size - used, "%s%s", used > 0 ? ", " : "",
                   strcmp(method, "GET") == 0 ? "GET, HEAD" : method);
}

bool route_read(struct octets method, struct octets path, struct route *route,
                struct problem *problem)
{
    struct octets apex = {0};
    char allow[sizeof(problem->allow)] = "";

    *route = (struct route){0};
    for (size_t i = 0; i < RESOURCES; i++) {
        if (!matches(path, resources[i].path, &apex)) {
            continue;
        }
        if (!is_method(method, resources[i].method)) {
            allow_also(allow, sizeof(allow), resources[i].method);
            continue;
        }
        route->kind = resources[i].kind;
        if (apex.size > 0 && apex_path_read(apex, &route->apex) != SWORN_OK) {
            return fail(problem, 400, "malformed",
                        "the zone in the path is not a name: lower case, no final dot, octets "
                        "other than a-z 0-9 - _ . as =XX, the root as =2E");
        }
        return true;
    }
    if (allow[0] != 0) {
        memcpy(problem->allow, allow, sizeof(allow));
        return fail(problem, 405, "method_not_allowed", "this resource knows no such method");
    }
    return fail(problem, 404, "not_found", "there is no such resource");
}

static unsigned arguments_of(enum route_kind kind)
{
    for (size_t i = 0; i < RESOURCES; i++) {
        if (resources[i].kind == kind) {
            return resources[i].arguments;
        }
    }
    return 0;
}

static bool nonce_argument(struct route *route, struct octets value, unsigned *seen,
                           struct problem *problem)
{
    struct writer nonce = writer_over(route->nonce, sizeof(route->nonce));

    if ((*seen & ARGUMENT_NONCE) != 0 || value.size > 2 * sizeof(route->nonce) ||
        hex_read(value, &nonce) != SWORN_OK) {
        return fail(problem, 400, "malformed", "the nonce is not hex of at most 64 octets, once");
    }
    *seen |= ARGUMENT_NONCE;
    route->nonce_size = nonce.used;
    return true;
}

bool route_argument(struct route *route, struct octets name, struct octets value, unsigned *seen,
                    struct problem *problem)
{
    static const struct {
        const char *name, *on, *off;
        unsigned bit;
    } arguments[] = {
        {"more", "1", "0", ARGUMENT_MORE},
        {"signed", "1", "0", ARGUMENT_SIGNED},
        {"format", "zone", "json", ARGUMENT_FORMAT},
    };

    if (is_text(name, "nonce") && (arguments_of(route->kind) & ARGUMENT_NONCE) != 0) {
        return nonce_argument(route, value, seen, problem);
    }
    for (size_t i = 0; i < sizeof(arguments) / sizeof(arguments[0]); i++) {
        unsigned bit = arguments[i].bit;
        bool on = is_text(value, arguments[i].on);

        if (!is_text(name, arguments[i].name) || (arguments_of(route->kind) & bit) == 0) {
            continue;
        }
        if ((*seen & bit) != 0 || !(on || is_text(value, arguments[i].off))) {
            return fail(problem, 400, "malformed",
                        "an argument of the query has another value than it may have, or is there "
                        "twice");
        }
        *seen |= bit;
        route->more = route->more || (on && bit == ARGUMENT_MORE);
        route->with_signatures = route->with_signatures || (on && bit == ARGUMENT_SIGNED);
        route->as_zone_file = route->as_zone_file || (on && bit == ARGUMENT_FORMAT);
        return true;
    }
    return fail(problem, 400, "malformed", "an argument of the query is unknown here");
}

void problem_of(enum sworn_result result, const struct reason *reason, struct problem *problem)
{
    static const struct {
        enum sworn_result result;
        unsigned status;
        const char *code; /* NULL: the result's own name */
    } table[] = {
        {SWORN_ABSENT, 404, NULL},
        {SWORN_MALFORMED, 400, NULL},
        {SWORN_LIMIT, 413, NULL},
        {SWORN_REFUSED, 403, NULL},
        {SWORN_INVALID, 422, NULL},
        {SWORN_CONFLICT, 409, NULL},
        {SWORN_UNAVAILABLE, 503, "enclave_restarted"},
        {SWORN_IO, 500, "storage_failed"},
    };

    problem->status = 500;
    problem->code = result_name(result);
    problem->reason = *reason;
    for (size_t i = 0; i < sizeof(table) / sizeof(table[0]); i++) {
        if (table[i].result != result) {
            continue;
        }
        problem->status = table[i].status;
        problem->code = table[i].code == NULL ? problem->code : table[i].code;
    }
    if (problem->reason.text[0] == 0) {
        (void)because(&problem->reason, result, "%s, no more is known", result_name(result));
    }
}
