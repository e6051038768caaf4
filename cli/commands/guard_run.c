/*
 * guard_run.c - sworn guard run: one call of a guard on this machine, shown step by step. What the
 * enclave adds to a commit (serial, signatures, denial of existence) is not in it.
 */
#include <inttypes.h>
#include <stdio.h>
#include <time.h>

#include "cli/argument/signer.h"
#include "cli/commands/decide.h"
#include "cli/commands/guard_print.h"
#include "cli/commands/policy.h"
#include "cli/file.h"
#include "cli/guard/library.h"
#include "cli/guard/run.h"
#include "cli/zone/edit.h"
#include "cli/zone/zonefile.h"
#include "core/dns/master.h"
#include "core/guard/abi.h"
#include "guards/sdk/fdns/message.h"
#include "net/text.h"

#define OPERATIONS_MAX ((size_t)64 << 20)
#define STATE_MAX      ((size_t)64 << 20)
#define TEXT_MAX       ((size_t)64 << 20)
#define STATE_SHOWN    64

/* Calls of imports as they happen: those that decide are shown, all are counted. */
struct watch {
    size_t shown;
    size_t count;
    struct {
        const char *import;
        size_t times;
    } calls[ABI_IMPORTS_MAX];
};

static void count_call(struct watch *watch, const char *import)
{
    size_t at = 0;

    while (at < watch->count && strcmp(watch->calls[at].import, import) != 0) {
        at++;
    }
    if (at == watch->count) {
        watch->count++;
        watch->calls[at].import = import;
    }
    watch->calls[at].times++;
}

static void observe(void *observer, const char *import, const struct engine_host_call *host)
{
    struct watch *watch = observer;
    struct octets input;

    count_call(watch, import);
    if (strncmp(import, "update_", 7) != 0 && strcmp(import, "remove_zone") != 0) {
        return;
    }
    (void)printf("  %zu  %s ", ++watch->shown, import);
    if (strcmp(import, "update_record") == 0) {
        /* Within memory: the import has read it. */
        input =
            octets_of(host->memory + (uint32_t)host->arguments[0], (uint32_t)host->arguments[1]);
        print_clean(input);
    } else if (strcmp(import, "remove_zone") != 0) {
        (void)printf("%" PRIu32 " octets", (uint32_t)host->arguments[1]);
    }
    (void)putchar('\n');
}

static void print_calls(const struct watch *watch)
{
    (void)printf("calls      ");
    for (size_t i = 0; i < watch->count; i++) {
        (void)printf("%s%s %zu", i == 0 ? "" : ", ", watch->calls[i].import, watch->calls[i].times);
    }
    (void)printf("%s\n", watch->count == 0 ? "none" : "");
}

static void print_octets(const char *what, struct octets octets)
{
    (void)printf("%s%zu octets", what, octets.size);
    for (size_t i = 0; i < octets.size && octets.size <= STATE_SHOWN; i++) {
        (void)printf("%s%02x", i == 0 ? ": " : "", octets.data[i]);
    }
}

static enum sworn_result print_set(const struct rrset *set, const char *before,
                                   struct region *region)
{
    struct writer text = writer_in(region, TEXT_MAX);

    if (set->count == 0) {
        return SWORN_OK;
    }
    SWORN_TRY(master_print(set, &text));
    for (size_t i = 0; i < text.used; i++) {
        if (i == 0 || text.start[i - 1] == '\n') {
            (void)fputs(before, stdout);
        }
        (void)putchar(text.start[i]);
    }
    return SWORN_OK;
}

static enum sworn_result print_differences(struct run *run)
{
    struct run_difference *differences;
    size_t count;

    SWORN_TRY(run_differences(run, &differences, &count));
    (void)printf("difference %zu record sets; the enclave takes %u fuel for each signature it "
                 "makes because of it\n",
                 count, FUEL_PER_SIGNATURE);
    for (size_t i = 0; i < count; i++) {
        SWORN_TRY(print_set(&differences[i].before, "- ", run->region));
        SWORN_TRY(print_set(&differences[i].after, "+ ", run->region));
    }
    return SWORN_OK;
}

static enum sworn_result print_records(struct run *run)
{
    struct record_list records;

    SWORN_TRY(run_records(run, &records));
    (void)printf("records    %zu record sets\n", records.count);
    for (size_t i = 0; i < records.count; i++) {
        SWORN_TRY(print_set(&records.sets[i].rrset, "", run->region));
    }
    return SWORN_OK;
}

static void print_call(const struct run *run)
{
    const struct guard_call *call = &run->call;

    (void)printf("call       %s, sequence %" PRIu64 ", now %" PRIu64 "\n",
                 call->entry == GUARD_SETUP ? "setup" : "handle_update_request", call->sequence,
                 call->now);
    (void)printf(
        "given      %zu octets of code, %zu of environment, %zu of argument, %zu of state\n",
        call->code.size, call->environment.size, call->argument.size, call->state.size);
}

/* What the guard asked for besides records. */
static void print_outcome(const struct run *run)
{
    const struct guard_call *call = &run->call;

    if (call->state_changed) {
        print_octets("state      ", call->state);
        print_octets(", then ", call->new_state);
        (void)putchar('\n');
    }
    if (call->owner_given) {
        (void)printf("owner      %s, %zu octets of environment\n",
                     call->owner_keeps_code ? "the same code" : "other code",
                     call->owner_environment.size);
    }
    if (call->policy_given) {
        (void)printf("policy     another one, %zu octets\n", call->new_policy.size);
    }
    if (call->remove) {
        (void)printf("end        the zone is removed\n");
    }
}

static enum sworn_result call_and_print(struct run *run,
                                        enum sworn_result (*how)(struct run *, struct reason *),
                                        struct reason *reason)
{
    struct watch watch = {0};
    enum sworn_result result;

    run->call.observer = &watch;
    run->call.observe = observe;
    result = how(run, reason);
    print_calls(&watch);
    (void)printf("fuel       %" PRIu64 " of %" PRIu64 "\n", run->call.fuel, run->call.limits.fuel);
    if (result != SWORN_OK) {
        (void)printf("refused    nothing changes");
        (void)printf(run->call.rcode >= 0 ? ", response code %d\n" : "\n", run->call.rcode);
        return result;
    }
    print_outcome(run);
    return SWORN_OK;
}

static enum sworn_result new_owner_and_print(struct run *run, struct reason *reason)
{
    (void)printf("call       setup of the new owner, with no argument and no state\n");
    return call_and_print(run, run_new_owner, reason);
}

static enum sworn_result run_and_print(struct context *context, struct run *run)
{
    const char *state_out = context->options->value[OPTION_STATE_OUT];
    enum sworn_result result;
    struct octets state;

    print_call(run);
    result = call_and_print(run, run_call, context->reason);
    if (result == SWORN_INVALID && !option_given(context->options, OPTION_ZONEFILE) &&
        !option_given(context->options, OPTION_SETUP)) {
        notice("the zone had no records before: --zonefile FILE gives it some");
    }
    SWORN_TRY(result);
    if (run->call.owner_given) {
        SWORN_TRY(new_owner_and_print(run, context->reason));
    }
    state = run->call.state_changed ? run->call.new_state : run->call.state;
    if (state_out != NULL) {
        SWORN_TRY(file_replace(state_out, 0644, state, context->region, context->reason));
    }
    if (run->call.remove) {
        return SWORN_OK;
    }
    SWORN_TRY(print_differences(run));
    return option_given(context->options, OPTION_RECORDS) ? print_records(run) : SWORN_OK;
}

/* Zone id and sequence of a message that the argument holds, where they are not options. */
static void take_from_message(struct octets argument, struct message *message)
{
    struct argument_parts parts;
    struct fdns_message found;
    const char *error;

    if (argument_split(argument, &parts) == SWORN_OK &&
        fdns_message_parse(fdns_octets_of(parts.message.data, parts.message.size), &found,
                           &error)) {
        memcpy(message->zone_id.octets, found.zone_id.data, HASH_SIZE);
        message->sequence = found.sequence;
    }
}

static enum sworn_result number_options(struct context *context, struct run *run,
                                        struct message *message)
{
    const struct options *options = context->options;
    const char *zone_id = options->value[OPTION_ZONE_ID];
    struct writer hash = writer_over(message->zone_id.octets, HASH_SIZE);

    SWORN_TRY(option_u64(options, OPTION_SEQUENCE, message->sequence, &message->sequence,
                         context->reason));
    SWORN_TRY(
        option_u64(options, OPTION_NOW, (uint64_t)time(NULL), &run->call.now, context->reason));
    SWORN_SAY(zone_id == NULL ||
                  (hex_read(octets_of_text(zone_id), &hash) == SWORN_OK && hash.used == HASH_SIZE),
              context->reason, SWORN_MALFORMED, "--zone-id takes 64 hex digits");
    run->call.sequence = message->sequence;
    run->call.zone_id = message->zone_id;
    return SWORN_OK;
}

/* What --key signs of --set, --add and --remove. */
static enum sworn_result signed_argument(struct signer *signer, struct message *message,
                                         struct octets *argument)
{
    struct context *context = signer->context;
    const struct options *options = context->options;
    struct writer operations = writer_in(context->region, OPERATIONS_MAX);

    for (size_t i = 0; i < options->edit_count; i++) {
        SWORN_TRY(edit_write(&options->edits[i], message->apex, context->region, &operations,
                             context->reason));
    }
    message->operations = written(&operations);
    return signer_argument(signer, message, context->region, argument);
}

static enum sworn_result inputs_of_options(struct signer *signer, struct run *run,
                                           const struct name *apex)
{
    struct context *context = signer->context;
    const struct options *options = context->options;
    struct message message = {.apex = apex};
    struct guard_call *call = &run->call;
    const char *argument = options->value[OPTION_ARGUMENT];
    const char *state = options->value[OPTION_STATE];
    bool keys = signer->key_count > 0 || option_given(options, OPTION_OWNER);

    call->entry = option_given(options, OPTION_SETUP) ? GUARD_SETUP : GUARD_UPDATE;
    message.sequence = call->entry == GUARD_SETUP ? 0 : 1;
    if (keys || option_given(options, OPTION_ENV)) {
        SWORN_TRY(argument_environment(options, argument_format_find(guard_argument(call->code)),
                                       signer->keys, signer->key_count, context->region,
                                       &call->environment, context->reason));
    }
    signer_for_code(signer, call->code, call->environment);
    if (argument != NULL) {
        SWORN_TRY(argument_load(context, argument, &call->argument, NULL));
        take_from_message(call->argument, &message);
    }
    SWORN_TRY(number_options(context, run, &message));
    /* After a change of owner the new code's setup() gets no argument. */
    if (argument == NULL && (call->entry == GUARD_UPDATE || message.sequence == 0) &&
        (signer->key_count > 0 || options->edit_count > 0)) {
        SWORN_TRY(signed_argument(signer, &message, &call->argument));
    }
    return state == NULL
               ? SWORN_OK
               : file_read(state, STATE_MAX, context->region, &call->state, context->reason);
}

static enum sworn_result records_of_options(struct context *context, const struct name *apex,
                                            struct record_list *records)
{
    const char *path = context->options->value[OPTION_ZONEFILE];
    struct zonefile_dropped dropped;

    records_init(records, context->region);
    if (path == NULL) {
        return SWORN_OK;
    }
    SWORN_TRY(zonefile_read(path, apex, records, &dropped, context->reason));
    zonefile_notice(path, &dropped);
    return SWORN_OK;
}

static enum sworn_result run_with(struct signer *signer)
{
    struct context *context = signer->context;
    const struct options *options = context->options;
    struct record_list records;
    struct run run = {0};
    struct name apex;

    policy_default(&run.policy);
    SWORN_TRY(limit_options(context, &run.policy.limits));
    SWORN_TRY(limits_check(&run.policy, context->reason));
    SWORN_TRY(apex_from_text(options->value[OPTION_APEX], &apex, context->reason));
    SWORN_TRY(guard_load(options->positional[0], context->region, &run.call.code, context->reason));
    SWORN_TRY(records_of_options(context, &apex, &records));
    SWORN_TRY(inputs_of_options(signer, &run, &apex));
    SWORN_TRY(run_open(&run, &apex, &records, context->region, context->reason));
    return run_and_print(context, &run);
}

enum sworn_result command_guard_run(struct context *context)
{
    const struct options *options = context->options;
    struct signer signer;
    enum sworn_result result;

    if (option_given(options, OPTION_ARGUMENT) && options->edit_count > 0) {
        return wrong_usage(context,
                           "the argument is --argument FILE, or what --key signs of --set, "
                           "--add and --remove");
    }
    SWORN_TRY(signer_open(context, &signer));
    result = run_with(&signer);
    signer_close(&signer);
    return result;
}
