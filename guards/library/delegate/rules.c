/*
 * rules.c - see rules.h.
 */
#include "guards/library/delegate/rules.h"

#include "guards/library/delegate/type.h"

enum { REACH_EXACT = 0, REACH_BETWEEN = 1 };

struct rule {
    uint64_t key;
    uint64_t reach;
    struct fdns_octets begin, end;
    struct fdns_octets types;
};

/* Labels up to the root's, which is taken and left out. */
static bool read_name(struct fdns_octets *reader, struct fdns_octets *name)
{
    size_t size = 0;
    struct fdns_octets root;

    while (size < reader->size && reader->data[size] != 0) {
        size += 1U + reader->data[size];
    }
    return fdns_read_octets(reader, size, name) && fdns_read_octets(reader, 1, &root) &&
           labels_are(*name);
}

static uint16_t type_at(struct fdns_octets types, size_t at)
{
    return (uint16_t)(types.data[at] << 8 | types.data[at + 1]);
}

static bool read_types(struct fdns_octets *reader, struct fdns_octets *types)
{
    uint64_t count;

    if (!fdns_read_number(reader, 1, &count) ||
        !fdns_read_octets(reader, 2 * (size_t)count, types)) {
        return false;
    }
    for (size_t at = 2; at < types->size; at += 2) {
        if (type_at(*types, at - 2) >= type_at(*types, at)) {
            return false;
        }
    }
    return true;
}

/* The rule in front; false and why when it is none. */
static bool read_rule(struct fdns_octets *reader, struct rule *rule, const char **error)
{
    *error = " is cut short";
    if (!fdns_read_number(reader, 1, &rule->key) || !fdns_read_number(reader, 1, &rule->reach)) {
        return false;
    }
    *error = " has a reach that is neither 0 nor 1";
    if (rule->reach != REACH_EXACT && rule->reach != REACH_BETWEEN) {
        return false;
    }
    *error = " has a name that is cut short or not in lower case";
    if (!read_name(reader, &rule->begin) || !read_name(reader, &rule->end)) {
        return false;
    }
    *error = " is for one name and has a beginning too";
    if (rule->reach == REACH_EXACT && rule->begin.size > 0) {
        return false;
    }
    *error = " has types that are cut short or not strictly increasing";
    return read_types(reader, &rule->types);
}

_Noreturn static void refuse_rule(size_t number, const char *error)
{
    FDNS_TEXT(text, 128);

    fdns_put(&text, "environment: rule ");
    fdns_put_number(&text, number);
    fdns_put(&text, error);
    fdns_refuse_with(&text);
}

static void check_rules(const struct rules *rules)
{
    struct fdns_octets left = rules->octets;
    struct rule rule;
    const char *error;

    for (size_t number = 1; left.size > 0; number++) {
        if (!read_rule(&left, &rule, &error)) {
            refuse_rule(number, error);
        }
        if (rule.key < rules->owners || rule.key >= rules->keys.count) {
            refuse_rule(number, rule.key < rules->owners ? " is for an owner, who needs none"
                                                         : " is for a key that is not in the set");
        }
    }
}

void rules_load(struct rules *rules)
{
    struct fdns_octets environment = fdns_load_env();
    uint64_t owners;

    fdns_load_key_set(&environment, &rules->keys);
    if (!fdns_read_number(&environment, 1, &owners)) {
        fdns_refuse("environment: the number of owners is missing");
    }
    if (owners == 0 || owners > rules->keys.count) {
        fdns_refuse("environment: the number of owners is not from 1 to the number of keys");
    }
    rules->owners = (size_t)owners;
    rules->octets = environment;
    check_rules(rules);
}

static bool has_signed(const struct fdns_signatures *signatures, uint64_t key)
{
    for (size_t i = 0; i < signatures->count; i++) {
        if (signatures->items[i].key == key) {
            return true;
        }
    }
    return false;
}

static bool is_about_name(const struct rule *rule, const struct labels *labels)
{
    if (rule->reach == REACH_EXACT) {
        return fdns_equal(fdns_octets_of(labels->octets, labels->size), rule->end);
    }
    return labels_between(labels, rule->begin, rule->end);
}

static bool is_about_type(const struct rule *rule, uint16_t type)
{
    if (rule->types.size == 0) {
        return type_is_ordinary(type);
    }
    for (size_t at = 0; at < rule->types.size; at += 2) {
        if (type_at(rule->types, at) == type) {
            return true;
        }
    }
    return false;
}

bool rules_allow(const struct rules *rules, const struct fdns_signatures *signatures,
                 const struct labels *labels, uint16_t type)
{
    struct fdns_octets left = rules->octets;
    struct rule rule;
    const char *error;

    while (left.size > 0 && read_rule(&left, &rule, &error)) {
        if (has_signed(signatures, rule.key) && is_about_type(&rule, type) &&
            is_about_name(&rule, labels)) {
            return true;
        }
    }
    return false;
}
