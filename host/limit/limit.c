/*
 * limit.c - responses and updates against the rules; see limit.h.
 */
#include "host/limit/limit.h"

#include <pthread.h>
#include <stdlib.h>

#include "host/answer/grace.h"
#include "host/limit/buckets.h"
#include "net/prefix.h"

#define RESPONSE_SETS 16384 /* 65,536 buckets, 1 MiB */
#define UPDATE_SETS   1024
#define RATE_MAX      1000000

struct rule {
    unsigned responses, slip, updates;
    unsigned exempt_count;
    struct address_prefix exempt[];
};

struct limit_rules {
    bool limits_responses; /* so that nothing more is looked at where nothing is limited */
    struct rule *rule;     /* readers take it once a response */
    pthread_mutex_t lock;
    struct buckets *updates; /* under the lock */
};

struct limit {
    struct limit_rules *rules;
    struct buckets *buckets;
};

static struct rule *rule_new(unsigned exempt_count)
{
    return calloc(1, sizeof(struct rule) + exempt_count * sizeof(struct address_prefix));
}

enum sworn_result limit_rules_new(struct limit_rules **made)
{
    struct limit_rules *rules = calloc(1, sizeof(*rules));
    enum sworn_result result = SWORN_NO_MEMORY;

    SWORN_ENSURE(rules != NULL, SWORN_NO_MEMORY);
    rules->rule = rule_new(0);
    if (rules->rule != NULL) {
        result = buckets_new(UPDATE_SETS, &rules->updates);
    }
    if (result != SWORN_OK || pthread_mutex_init(&rules->lock, NULL) != 0) {
        buckets_free(rules->updates);
        free(rules->rule);
        free(rules);
        return result != SWORN_OK ? result : SWORN_NO_MEMORY;
    }
    *made = rules;
    return SWORN_OK;
}

void limit_rules_free(struct limit_rules *rules)
{
    if (rules != NULL) {
        (void)pthread_mutex_destroy(&rules->lock);
        buckets_free(rules->updates);
        free(rules->rule);
        free(rules);
    }
}

static enum sworn_result rule_fill(struct rule *rule, const struct limit_settings *settings,
                                   struct reason *reason)
{
    SWORN_SAY(settings->responses <= RATE_MAX && settings->updates <= RATE_MAX, reason, SWORN_LIMIT,
              "rate-limit: more than %d a second; 0 is no limit", RATE_MAX);
    rule->responses = settings->responses;
    rule->slip = settings->slip;
    rule->updates = settings->updates;
    rule->exempt_count = settings->exempt_count;
    for (unsigned i = 0; i < settings->exempt_count; i++) {
        SWORN_SAY(address_prefix_read(settings->exempt[i], &rule->exempt[i]) == SWORN_OK, reason,
                  SWORN_MALFORMED, "rate-limit: exempt: \"%.100s\" is neither address nor prefix",
                  settings->exempt[i]);
    }
    return SWORN_OK;
}

enum sworn_result limit_configure(struct limit_rules *rules, const struct limit_settings *settings,
                                  struct reason *reason)
{
    struct rule *rule = rule_new(settings->exempt_count);
    struct rule *old = rules->rule;
    enum sworn_result result;

    SWORN_ENSURE(rule != NULL, SWORN_NO_MEMORY);
    result = rule_fill(rule, settings, reason);
    if (result != SWORN_OK) {
        free(rule);
        return result;
    }
    /* Updates look at it under the lock, responses within a grace period. */
    (void)pthread_mutex_lock(&rules->lock);
    __atomic_store_n(&rules->rule, rule, __ATOMIC_RELEASE);
    __atomic_store_n(&rules->limits_responses, rule->responses > 0, __ATOMIC_RELAXED);
    (void)pthread_mutex_unlock(&rules->lock);
    grace_wait(rules);
    free(old);
    return SWORN_OK;
}

enum sworn_result limit_new(struct limit_rules *rules, struct limit **made)
{
    struct limit *limit = calloc(1, sizeof(*limit));
    enum sworn_result result;

    SWORN_ENSURE(limit != NULL, SWORN_NO_MEMORY);
    limit->rules = rules;
    result = buckets_new(RESPONSE_SETS, &limit->buckets);
    if (result != SWORN_OK) {
        free(limit);
        return result;
    }
    *made = limit;
    return SWORN_OK;
}

void limit_free(struct limit *limit)
{
    if (limit != NULL) {
        buckets_free(limit->buckets);
        free(limit);
    }
}

static bool exempt(const struct rule *rule, const struct client_address *client)
{
    for (unsigned i = 0; i < rule->exempt_count; i++) {
        if (address_prefix_holds(&rule->exempt[i], client->octets)) {
            return true;
        }
    }
    return false;
}

static uint64_t eight_octets(const uint8_t *octets)
{
    uint64_t value = 0;

    for (unsigned i = 0; i < 8; i++) {
        value = value << 8 | octets[i];
    }
    return value;
}

/* Whom a response would go to, told from where he says he is: /24, /56 of IPv6. */
static uint64_t network_of(const struct client_address *client)
{
    uint64_t high = eight_octets(client->octets);

    /* No /56 of IPv6 is 0 but that of mapped IPv4 and of addresses that are no client's. */
    return high == 0 ? eight_octets(client->octets + 8) >> 8 : high & ~(uint64_t)0xff;
}

static enum limit_verdict judge(struct limit *limit, const struct rule *rule,
                                const struct client_address *client,
                                const struct answer_facts *facts, uint64_t now)
{
    uint32_t missed =
        buckets_take(limit->buckets, network_of(client), facts->family, rule->responses, now);

    /* The list is looked at only when it matters. */
    if (missed == 0 || exempt(rule, client)) {
        return LIMIT_SEND;
    }
    return rule->slip > 0 && missed % rule->slip == 0 ? LIMIT_SLIP : LIMIT_DROP;
}

enum limit_verdict limit_response(struct limit *limit, const struct client_address *client,
                                  const struct answer_facts *facts, uint64_t now)
{
    enum limit_verdict verdict = LIMIT_SEND;
    const struct rule *rule;

    if (facts->cookie || !__atomic_load_n(&limit->rules->limits_responses, __ATOMIC_RELAXED)) {
        return LIMIT_SEND;
    }
    grace_enter();
    rule = __atomic_load_n(&limit->rules->rule, __ATOMIC_ACQUIRE);
    if (rule->responses > 0) {
        verdict = judge(limit, rule, client, facts, now);
    }
    grace_leave(limit->rules);
    return verdict;
}

bool limit_update(struct limit_rules *rules, const struct client_address *client, uint64_t now)
{
    bool ipv4 = client_is_ipv4(client);
    uint64_t high = eight_octets(client->octets);
    uint64_t low = ipv4 ? eight_octets(client->octets + 8) : 0;
    const struct rule *rule;
    bool allowed;

    (void)pthread_mutex_lock(&rules->lock);
    rule = rules->rule;
    allowed = rule->updates == 0 || exempt(rule, client) ||
              buckets_take(rules->updates, high, low, rule->updates, now) == 0;
    (void)pthread_mutex_unlock(&rules->lock);
    return allowed;
}
