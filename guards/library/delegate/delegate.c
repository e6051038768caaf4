/*
 * delegate.c - owners may do everything; other keys may write certain names and types.
 *
 *   environment = key set ‖ u8 owners ‖ rules       (rules.h)
 *   argument    = signatures ‖ message              (fdns/keys.h, fdns/message.h)
 *
 * Several keys may sign one message: each signature has to be right, and the message may do what
 * any of them may. With an owner among them it is passed on as it is. Without one, each operation
 * has to set, add or remove at one name and type that a rule allows; all are checked before any is
 * done. What is done then is written anew from what was checked, name and type in one spelling
 * only, so it does not matter whether others would have read the original alike.
 *
 * At creation setup() wants an owner's message; after a change of owner, nothing.
 */
#include "guards/library/delegate/rules.h"
#include "guards/library/delegate/type.h"

FDNS_ARGUMENT("sworn-update-v1+keys");

/* What a message without an owner's signature is judged by. */
struct request {
    struct rules rules;
    struct fdns_signatures signatures;
    struct labels apex;
};

/* One operation, understood. */
struct allowed {
    struct fdns_change change;
    struct labels labels;
    uint16_t type;
};

_Noreturn static void refuse_operation(size_t number, const char *error)
{
    FDNS_TEXT(text, 256);

    fdns_put(&text, "operation ");
    fdns_put_number(&text, number);
    fdns_put(&text, ": ");
    fdns_put(&text, error);
    fdns_refuse_with(&text);
}

_Noreturn static void refuse_set(size_t number, const struct allowed *allowed)
{
    FDNS_TEXT(text, 1200); /* a name's 254 octets, each as \DDD */

    fdns_put(&text, "operation ");
    fdns_put_number(&text, number);
    fdns_put(&text, ": whoever signed may not write ");
    labels_put(&text, &allowed->labels);
    fdns_put(&text, " ");
    type_put(&text, allowed->type);
    fdns_refuse_with(&text);
}

/* Name and type of an operation, and whether both are allowed. */
static void check(const struct request *request, size_t number,
                  const struct fdns_operation *operation, struct allowed *allowed)
{
    const char *error;

    if (operation->kind != FDNS_KIND_RECORD) {
        refuse_operation(number, "only an owner may do more than write records");
    }
    if (!fdns_change_read(operation->octets, &allowed->change, &error)) {
        refuse_operation(number, error);
    }
    if (allowed->change.verb == FDNS_CLEAR || !allowed->change.name_given ||
        !allowed->change.type_given) {
        refuse_operation(number, "only an owner may remove without naming name and type");
    }
    if (!labels_read(fdns_json_text(allowed->change.name), &request->apex, &allowed->labels)) {
        refuse_operation(number, "the name is none, or not one of this zone");
    }
    if (!type_read(fdns_json_text(allowed->change.type), &allowed->type)) {
        refuse_operation(number, "the type is not known by name: write it as TYPE and its number");
    }
    if (!rules_allow(&request->rules, &request->signatures, &allowed->labels, allowed->type)) {
        refuse_set(number, allowed);
    }
}

static void put_subject(struct fdns_text *json, const struct allowed *allowed)
{
    FDNS_TEXT(name, 1200);

    labels_put(&name, &allowed->labels);
    fdns_put(json, "\"record\":\"TYPE");
    fdns_put_number(json, allowed->type);
    fdns_put(json, "\",\"name\":");
    fdns_put_json(json, fdns_text_octets(&name));
}

/* A string that stands as it was read. */
static void put_raw(struct fdns_text *json, struct fdns_octets raw)
{
    fdns_put(json, "\"");
    fdns_put_octets(json, raw);
    fdns_put(json, "\"");
}

static void put_removal(struct fdns_text *json, const struct allowed *allowed)
{
    fdns_put(json, "{\"RemoveRecords\":{");
    put_subject(json, allowed);
    fdns_put(json, ",\"index\":");
    if (allowed->change.index_given) {
        fdns_put_number(json, allowed->change.index);
    } else {
        fdns_put(json, "null");
    }
    fdns_put(json, "}}");
}

static void put_update(struct fdns_text *json, const struct allowed *allowed)
{
    const struct fdns_change *change = &allowed->change;

    fdns_put(json, "{\"UpdateRecord\":{\"mode\":\"");
    fdns_put(json, change->verb == FDNS_SET ? "Set\"," : "Append\",");
    put_subject(json, allowed);
    fdns_put(json, ",\"content\":");
    put_raw(json, change->content);
    fdns_put(json, ",\"ttl\":");
    if (change->ttl_given) {
        put_raw(json, change->ttl);
    } else {
        fdns_put(json, "null");
    }
    fdns_put(json, "}}");
}

/* The operation that was allowed, as JSON of our own. */
static struct fdns_octets written_anew(const struct allowed *allowed)
{
    struct fdns_text json = {NULL, 0, 0};

    for (unsigned round = 0; round < 2; round++) { /* first only to count */
        if (allowed->change.verb == FDNS_REMOVE) {
            put_removal(&json, allowed);
        } else {
            put_update(&json, allowed);
        }
        if (round == 0) {
            json = fdns_text_alloc(json.used);
        }
    }
    return fdns_text_octets(&json);
}

static size_t count_operations(struct fdns_octets operations)
{
    size_t count = 0;

    while (operations.size > 0) {
        (void)fdns_operation_read(&operations);
        count++;
    }
    return count;
}

static void do_what_is_allowed(const struct request *request, struct fdns_octets operations)
{
    size_t count = count_operations(operations);
    struct fdns_octets *json = (struct fdns_octets *)fdns_alloc(count * sizeof(*json));
    struct allowed allowed;

    if (count == 0) {
        fdns_refuse("only an owner may send a message without operations");
    }
    for (size_t i = 0; i < count; i++) {
        struct fdns_operation operation = fdns_operation_read(&operations);

        check(request, i + 1, &operation, &allowed);
        json[i] = written_anew(&allowed);
    }
    for (size_t i = 0; i < count; i++) {
        fdns_update_record(json[i].data, json[i].size);
    }
}

static void decide(void)
{
    struct request request;
    struct fdns_octets octets;
    struct fdns_message message;

    rules_load(&request.rules);
    octets = fdns_load_signatures(&request.rules.keys, &request.signatures);
    if (request.signatures.count == 0) {
        fdns_refuse("nobody has signed");
    }
    fdns_verify_signatures(&request.rules.keys, &request.signatures, octets);
    message = fdns_message_read(octets);
    fdns_message_check(&message);
    /* Indexes increase and owners come first: the first signature is an owner's, or none is. */
    if (request.signatures.items[0].key < request.rules.owners) {
        fdns_message_apply(&message);
        return;
    }
    if (message.sequence == 0) {
        fdns_refuse("only an owner may create the zone");
    }
    request.apex = labels_of_apex();
    do_what_is_allowed(&request, message.operations);
}

FDNS_EXPORT(setup) void setup(void)
{
    struct rules rules;

    if (fdns_sequence() == 0) {
        decide();
        return;
    }
    rules_load(&rules);
    fdns_take_no_argument();
}

FDNS_EXPORT(handle_update_request) void handle_update_request(void)
{
    decide();
}
