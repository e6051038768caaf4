/*
 * print.c - see print.h.
 */
#include "cli/commands/print.h"

#include <inttypes.h>
#include <stdio.h>
#include <time.h>

#include "core/change/zone.h"
#include "core/dnssec/dnssec.h"

#define DS_RDATA_MAX ((size_t)128)
#define DS_TEXT_MAX  ((size_t)512)

void hash_text(const struct hash *hash, char text[HASH_TEXT_SIZE])
{
    for (size_t i = 0; i < HASH_SIZE; i++) {
        (void)snprintf(text + 2 * i, 3, "%02x", hash->octets[i]);
    }
}

void time_text(uint64_t seconds, char text[TIME_TEXT_SIZE])
{
    time_t when = (time_t)seconds;
    struct tm utc;

    if (gmtime_r(&when, &utc) == NULL ||
        strftime(text, TIME_TEXT_SIZE, "%Y-%m-%dT%H:%M:%SZ", &utc) == 0) {
        (void)snprintf(text, TIME_TEXT_SIZE, "%" PRIu64, seconds);
    }
}

enum sworn_result ds_text(const struct view *view, const struct name *apex, uint8_t digest,
                          struct writer *text)
{
    uint8_t room[DS_RDATA_MAX];
    struct writer rdata = writer_over(room, sizeof(room));

    SWORN_TRY(ds_write(apex, view_dnskey(view), digest, &rdata));
    return rdata_to_text(RR_DS, written(&rdata), false, text);
}

enum sworn_result print_ds(const struct view *view, const struct name *apex)
{
    static const uint8_t digests[] = {DIGEST_SHA256, DIGEST_SHA384};
    char owner[NAME_TEXT_SIZE];

    name_to_text(apex, owner);
    for (size_t i = 0; i < sizeof(digests); i++) {
        char room[DS_TEXT_MAX];
        struct writer text = writer_over(room, sizeof(room));

        SWORN_TRY(ds_text(view, apex, digests[i], &text));
        (void)printf("%s %u IN DS %.*s\n", owner, DEFAULT_TTL, (int)text.used, room);
    }
    return SWORN_OK;
}

void print_state(const struct zone *zone, const char *what)
{
    (void)fprintf(stderr, "sworn: %s %s: serial %" PRIu32 ", sequence %" PRIu64 "%s\n",
                  zone->apex_text, what, zone->view.leaf.serial, zone->view.leaf.sequence,
                  zone->view.published ? "" : ", not published yet");
}
