/*
 * zone_list.c - sworn zone list: the zones that a server says it has. Nothing of it is proven: that
 * is what zone show is for.
 */
#include <inttypes.h>
#include <jansson.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "cli/command.h"

#define TEXT_SIZE 1024

/* What a server says is for the terminal only once it cannot move the cursor. */
static void print_text(const char *text, int width)
{
    char clean[TEXT_SIZE];
    size_t used = 0;

    for (; *text != 0 && used + 1 < sizeof(clean); text++) {
        clean[used++] = *text >= 0x20 && *text < 0x7f ? *text : '?';
    }
    clean[used] = 0;
    (void)printf("%-*s  ", width, clean);
}

static const char *text_of(const json_t *zone, const char *member)
{
    const char *text = json_string_value(json_object_get(zone, member));

    return text == NULL ? "?" : text;
}

static void print_time(const json_t *expires)
{
    time_t when = (time_t)json_integer_value(expires);
    char text[32] = "not known yet";
    struct tm utc;

    if (json_is_integer(expires) && gmtime_r(&when, &utc) != NULL) {
        (void)strftime(text, sizeof(text), "%Y-%m-%dT%H:%M:%SZ", &utc);
    }
    (void)printf("%-20s  ", text);
}

static const char *state_of(const json_t *zone)
{
    if (json_is_false(json_object_get(zone, "served"))) {
        return "not served: stopped by the operator";
    }
    return json_is_false(json_object_get(zone, "published")) ? "served, batches wait" : "served";
}

static void print_table(const json_t *zones)
{
    int width = 4;

    for (size_t i = 0; i < json_array_size(zones); i++) {
        int size = (int)strlen(text_of(json_array_get(zones, i), "apex"));

        width = size > width && size < TEXT_SIZE ? size : width;
    }
    (void)printf("%-*s  %-10s  %-20s  %s\n", width, "APEX", "SERIAL", "SIGNATURES EXPIRE", "STATE");
    for (size_t i = 0; i < json_array_size(zones); i++) {
        const json_t *zone = json_array_get(zones, i);

        print_text(text_of(zone, "apex"), width);
        (void)printf("%-10" PRIu32 "  ",
                     (uint32_t)json_integer_value(json_object_get(zone, "serial")));
        print_time(json_object_get(zone, "expires"));
        (void)printf("%s\n", state_of(zone));
    }
}

enum sworn_result command_zone_list(struct context *context)
{
    struct octets body;
    const json_t *zones;
    json_t *root;
    int failed = 0;

    SWORN_TRY(server_get(context->server, "/v1/zones", context->region, &body, context->reason));
    root = json_loadb((const char *)body.data, body.size, 0, NULL);
    zones = json_object_get(root, "zones");
    if (!json_is_array(zones)) {
        json_decref(root);
        return because(context->reason, SWORN_MALFORMED, "the server's answer is no list of zones");
    }
    if (option_given(context->options, OPTION_JSON)) {
        failed = json_dumpf(zones, stdout, JSON_INDENT(2));
        (void)putchar('\n');
    } else {
        print_table(zones);
    }
    json_decref(root);
    SWORN_SAY(failed == 0, context->reason, SWORN_IO, "cannot write the answer");
    return SWORN_OK;
}
