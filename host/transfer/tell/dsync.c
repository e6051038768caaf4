/*
 * dsync.c - where a parent wants to hear of changes; see dsync.h.
 */
#include "host/transfer/tell/dsync.h"

#include "core/dns/rr.h"
#include "net/message.h"

#define RR_DSYNC      66
#define SCHEME_NOTIFY 1
#define PATIENCE      1000 /* milliseconds */
#define LOOKUPS_MAX   6
#define REPLY_CAP     ((size_t)1024 * 1024)
#define RCODE_MASK    15
#define NXDOMAIN      3

struct target {
    struct name name;
    uint16_t port;
};

/* What one lookup brought. */
struct found {
    bool any; /* a DSYNC record, whatever it is for */
    struct target target[DSYNC_ENDPOINTS];
    size_t count;
    bool has_soa;
    struct name soa; /* owner of the SOA of a negative answer: the zone */
};

enum sworn_result dsync_name(const struct name *child, size_t labels, struct name *name)
{
    uint8_t wire[NAME_MAX_SIZE + 8];
    struct writer writer = writer_over(wire, sizeof(wire));
    struct reader reader;
    size_t at = 0;

    SWORN_ENSURE(labels <= name_labels(child), SWORN_INVALID);
    for (size_t i = 0; i < labels; i++) {
        at += child->wire[at] + 1U;
    }
    SWORN_TRY(write_octets(&writer, octets_of(child->wire, at)));
    SWORN_TRY(write_slice_u8(&writer, octets_of_text("_dsync")));
    SWORN_TRY(write_octets(&writer, octets_of(child->wire + at, child->size - at)));
    reader = reader_of(written(&writer));
    SWORN_TRY(name_read(&reader, name));
    return read_end(&reader);
}

static enum sworn_result ask(const struct endpoint *resolver, const struct name *name,
                             uint16_t type, struct region *region, struct dns_reader *reply)
{
    uint8_t array[DNS_HEADER_SIZE + NAME_MAX_SIZE + 4];
    struct writer query = writer_over(array, sizeof(array));
    struct dns_header header = {.flags = DNS_FLAG_RD, .count = {[DNS_QUESTION] = 1}};
    const struct dns_question question = {.name = *name, .type = type, .class = DNS_CLASS_IN};
    struct dns_question echoed;
    struct octets answer;

    SWORN_TRY(dns_random_id(&header.id));
    SWORN_TRY(dns_write_header(&query, &header));
    SWORN_TRY(dns_write_question(&query, &question));
    SWORN_TRY(dns_ask(resolver, written(&query), PATIENCE, region, &answer));
    SWORN_TRY(dns_read(answer, reply));
    SWORN_ENSURE((reply->header.flags & RCODE_MASK) == 0 ||
                     (reply->header.flags & RCODE_MASK) == NXDOMAIN,
                 SWORN_UNAVAILABLE);
    return dns_read_question(reply, &echoed);
}

static enum sworn_result take_dsync(const struct dns_reader *reply, const struct dns_record *record,
                                    struct found *found)
{
    struct reader rdata = dns_rdata_reader(reply, record);
    struct target target;
    uint16_t type;
    uint8_t scheme;

    found->any = true;
    SWORN_TRY(read_u16(&rdata, &type));
    SWORN_TRY(read_u8(&rdata, &scheme));
    SWORN_TRY(read_u16(&rdata, &target.port));
    SWORN_TRY(name_read(&rdata, &target.name));
    /* RFC 9859 4.2: CDS stands for CDNSKEY too. */
    if (type == RR_CDS && scheme == SCHEME_NOTIFY && found->count < DSYNC_ENDPOINTS) {
        found->target[found->count++] = target;
    }
    return read_end(&rdata);
}

static enum sworn_result look_up(const struct endpoint *resolver, const struct name *name,
                                 struct found *found)
{
    struct dns_reader reply;
    struct dns_record record;
    struct region region;
    enum sworn_result result;

    *found = (struct found){0};
    region_init(&region, REPLY_CAP);
    result = ask(resolver, name, RR_DSYNC, &region, &reply);
    while (result == SWORN_OK) {
        result = dns_read_record(&reply, &record);
        if (result == SWORN_OK && record.section == DNS_ANSWER && record.type == RR_DSYNC) {
            result = take_dsync(&reply, &record, found);
        }
        if (result == SWORN_OK && record.section == DNS_AUTHORITY && record.type == RR_SOA) {
            found->has_soa = true;
            found->soa = record.owner;
        }
    }
    region_clear(&region);
    return result == SWORN_ABSENT ? SWORN_OK : result;
}

/* RFC 9859 4.1 */
static enum sworn_result discover(const struct endpoint *resolver, const struct name *child,
                                  struct found *found)
{
    size_t all = name_labels(child);
    size_t labels = 1;    /* of the child, in front of _dsync */
    size_t parent_at = 1; /* labels of the child that are not the parent's, as far as known */
    bool general = false; /* _dsync itself is the first label */
    struct name parent = *child;
    struct name name;

    SWORN_ENSURE(all > 0, SWORN_ABSENT);
    for (int i = 0; i < LOOKUPS_MAX; i++) {
        if (general) {
            SWORN_TRY(dsync_name(&parent, 0, &name));
        } else {
            SWORN_TRY(dsync_name(child, labels, &name));
        }
        SWORN_TRY(look_up(resolver, &name, found));
        if (found->any) {
            return found->count > 0 ? SWORN_OK : SWORN_ABSENT;
        }
        if (!general && found->has_soa && name_within(child, &found->soa) &&
            all - name_labels(&found->soa) > labels) {
            labels = all - name_labels(&found->soa);
            parent_at = labels;
            continue;
        }
        SWORN_ENSURE(!general, SWORN_ABSENT);
        general = true;
        for (size_t j = 0; j < parent_at; j++) {
            SWORN_TRY(name_parent(&parent, &parent));
        }
    }
    return SWORN_ABSENT;
}

static enum sworn_result take_addresses(const struct endpoint *resolver,
                                        const struct target *target, uint16_t type,
                                        struct dsync *dsync)
{
    struct dns_reader reply;
    struct dns_record record;
    struct region region;
    enum sworn_result result;

    region_init(&region, REPLY_CAP);
    result = ask(resolver, &target->name, type, &region, &reply);
    while (result == SWORN_OK) {
        result = dns_read_record(&reply, &record);
        if (result == SWORN_OK && record.section == DNS_ANSWER && record.type == type &&
            dsync->count < DSYNC_ENDPOINTS &&
            endpoint_of(record.rdata, target->port, &dsync->endpoint[dsync->count]) == SWORN_OK) {
            dsync->count++;
        }
    }
    region_clear(&region);
    return result == SWORN_ABSENT ? SWORN_OK : result;
}

enum sworn_result dsync_find(const struct endpoint *resolver, const struct name *child,
                             struct dsync *dsync)
{
    struct found found;
    enum sworn_result result = SWORN_OK;

    *dsync = (struct dsync){0};
    SWORN_TRY(discover(resolver, child, &found));
    for (size_t i = 0; i < found.count; i++) {
        result = take_addresses(resolver, &found.target[i], RR_AAAA, dsync);
        if (result == SWORN_OK) {
            result = take_addresses(resolver, &found.target[i], RR_A, dsync);
        }
    }
    return dsync->count > 0 ? SWORN_OK : (result == SWORN_OK ? SWORN_ABSENT : result);
}
