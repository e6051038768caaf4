/*
 * policy.c - the policy of a zone, decoded and checked; the format is drawn in policy.h.
 *
 * Whatever is outside these bounds is refused: an owner's policy is certified input, and what it
 * allows a guard the enclave has to be able to bear.
 */
#include "core/change/policy.h"

#define POLICY_VERSION 1
#define DAY            ((uint32_t)24 * 60 * 60)

enum policy_tag {
    TAG_ANCHOR = 1,
    TAG_LIFETIME,
    TAG_ALGORITHM,
    TAG_DENIAL,
    TAG_CDS,
    TAG_ZONEMD,
    TAG_ACME,
    TAG_LIMITS,
    TAG_MEASUREMENTS,
};

struct limit {
    const char *name;
    size_t offset; /* in struct guard_limits */
    uint32_t standard;
    uint32_t maximum;
};

#define LIMIT(field, standard, maximum)                                                            \
    {                                                                                              \
#field, offsetof(struct guard_limits, field), (standard), (maximum)                        \
    }

/* In the order of struct guard_limits; fuel, the only u64, stands after FUEL_AFTER of them. */
static const struct limit limits[] = {
    LIMIT(code, 1 << 20, 4 << 20),      LIMIT(memory, 64, 256),
    LIMIT(stack, 256 << 10, 1 << 20),   LIMIT(recursion, 1000, 10000),
    LIMIT(table, 10000, 65536),         LIMIT(operations, 30000, 65536),
    LIMIT(changed, 4096, 4096),         LIMIT(visited, 16384, 16384),
    LIMIT(environment, 65536, 1 << 20), LIMIT(argument, 1 << 20, 4 << 20),
    LIMIT(state, 65536, 1 << 20),
};
#define LIMIT_COUNT (sizeof(limits) / sizeof(limits[0]))
/*
 * SOA, NS, DNSKEY and the apex's NSEC: no zone begins with less, and with less than this the
 * enclave's own work on a zone could not go on: a commit signs the SOA and a set to be refreshed.
 */
#define CHANGED_LEAST 4
#define FUEL_AFTER    5
#define FUEL_STANDARD UINT64_C(500000000)
/*
 * Some six seconds, or half a minute for code that does nothing but clear large frames: anybody may
 * send a request to a zone, and while its guard runs the other zones wait. It has to be over before
 * the host gives the enclave up as dead.
 */
#define FUEL_MAXIMUM (UINT64_C(1) << 32)

_Static_assert(LIMIT_COUNT * 4 + 8 == GUARD_LIMITS_SIZE, "the table has another size");

static uint32_t limit_get(const struct guard_limits *all, const struct limit *limit)
{
    uint32_t value;

    memcpy(&value, (const uint8_t *)all + limit->offset, sizeof(value));
    return value;
}

static void limit_set(struct guard_limits *all, const struct limit *limit, uint32_t value)
{
    memcpy((uint8_t *)all + limit->offset, &value, sizeof(value));
}

void policy_default(struct policy *policy)
{
    *policy = (struct policy){.lifetime = 7 * DAY, .algorithm = 13};
    for (size_t i = 0; i < LIMIT_COUNT; i++) {
        limit_set(&policy->limits, &limits[i], limits[i].standard);
    }
    policy->limits.fuel = FUEL_STANDARD;
}

void guard_limits_most(struct guard_limits *most)
{
    *most = (struct guard_limits){.fuel = FUEL_MAXIMUM};
    for (size_t i = 0; i < LIMIT_COUNT; i++) {
        limit_set(most, &limits[i], limits[i].maximum);
    }
}

/** The value of the next field, which must be `tag` with `size` octets. */
static enum sworn_result field_read(struct reader *reader, enum policy_tag tag, const char *name,
                                    size_t size, struct reader *value, struct reason *reason)
{
    struct octets octets;
    uint16_t found;

    SWORN_SAY(read_u16(reader, &found) == SWORN_OK, reason, SWORN_MALFORMED,
              "policy: %s is missing", name);
    SWORN_SAY(found == (uint16_t)tag, reason, SWORN_MALFORMED,
              "policy: field %u where %s (%u) must be", found, name, (unsigned)tag);
    SWORN_SAY(read_slice_u32(reader, &octets) == SWORN_OK, reason, SWORN_MALFORMED,
              "policy: %s is cut short", name);
    SWORN_SAY(octets.size == size, reason, SWORN_MALFORMED,
              "policy: %s has %zu octets instead of %zu", name, octets.size, size);
    *value = reader_of(octets);
    return SWORN_OK;
}

static enum sworn_result field_u8(struct reader *reader, enum policy_tag tag, const char *name,
                                  uint8_t *number, struct reason *reason)
{
    struct reader value;

    SWORN_TRY(field_read(reader, tag, name, 1, &value, reason));
    return read_u8(&value, number);
}

static enum sworn_result field_u32(struct reader *reader, enum policy_tag tag, const char *name,
                                   uint32_t *number, struct reason *reason)
{
    struct reader value;

    SWORN_TRY(field_read(reader, tag, name, 4, &value, reason));
    return read_u32(&value, number);
}

enum sworn_result guard_limits_read(struct octets octets, struct guard_limits *all)
{
    struct reader reader = reader_of(octets);
    uint32_t number;

    for (size_t i = 0; i < LIMIT_COUNT; i++) {
        if (i == FUEL_AFTER) {
            SWORN_TRY(read_u64(&reader, &all->fuel));
        }
        SWORN_TRY(read_u32(&reader, &number));
        limit_set(all, &limits[i], number);
    }
    return read_end(&reader);
}

enum sworn_result guard_limits_write(const struct guard_limits *all, struct writer *writer)
{
    for (size_t i = 0; i < LIMIT_COUNT; i++) {
        if (i == FUEL_AFTER) {
            SWORN_TRY(write_u64(writer, all->fuel));
        }
        SWORN_TRY(write_u32(writer, limit_get(all, &limits[i])));
    }
    return SWORN_OK;
}

static enum sworn_result limit_within(const char *name, uint64_t asked, uint64_t most,
                                      uint64_t held, struct reason *reason)
{
    SWORN_SAY(asked <= most || asked <= held, reason, SWORN_LIMIT,
              "policy: guard limit %s is %llu, this server allows %llu at most", name,
              (unsigned long long)asked, (unsigned long long)most);
    return SWORN_OK;
}

enum sworn_result guard_limits_within(const struct guard_limits *asked,
                                      const struct guard_limits *most,
                                      const struct guard_limits *held, struct reason *reason)
{
    static const struct guard_limits none;

    held = held == NULL ? &none : held;
    for (size_t i = 0; i < LIMIT_COUNT; i++) {
        SWORN_TRY(limit_within(limits[i].name, limit_get(asked, &limits[i]),
                               limit_get(most, &limits[i]), limit_get(held, &limits[i]), reason));
    }
    return limit_within("fuel", asked->fuel, most->fuel, held->fuel, reason);
}

static enum sworn_result limits_read(struct reader *reader, struct guard_limits *all,
                                     struct reason *reason)
{
    struct reader value;

    SWORN_TRY(field_read(reader, TAG_LIMITS, "guard limits", GUARD_LIMITS_SIZE, &value, reason));
    return guard_limits_read(read_rest(&value), all);
}

static enum sworn_result limits_check(const struct guard_limits *all, struct reason *reason)
{
    for (size_t i = 0; i < LIMIT_COUNT; i++) {
        uint32_t value = limit_get(all, &limits[i]);

        SWORN_SAY(value <= limits[i].maximum, reason, SWORN_LIMIT,
                  "policy: guard limit %s is %u, at most %u", limits[i].name, value,
                  limits[i].maximum);
    }
    SWORN_SAY(all->changed >= CHANGED_LEAST, reason, SWORN_LIMIT,
              "policy: guard limit changed is %u, at least %u", all->changed, CHANGED_LEAST);
    SWORN_SAY(all->fuel <= FUEL_MAXIMUM, reason, SWORN_LIMIT,
              "policy: guard limit fuel is %llu, at most %llu", (unsigned long long)all->fuel,
              (unsigned long long)FUEL_MAXIMUM);
    return SWORN_OK;
}

static enum sworn_result policy_check(const struct policy *policy, struct reason *reason)
{
    SWORN_SAY(policy->anchor == 0, reason, SWORN_INVALID,
              "policy: anchor %u is not in this version", policy->anchor);
    SWORN_SAY(policy->lifetime >= DAY && policy->lifetime <= 14 * DAY, reason, SWORN_INVALID,
              "policy: lifetime of %u seconds is not within 1 to 14 days", policy->lifetime);
    SWORN_SAY(policy->algorithm == 13 || policy->algorithm == 15, reason, SWORN_INVALID,
              "policy: algorithm %u is neither 13 nor 15", policy->algorithm);
    SWORN_SAY(policy->denial <= 1, reason, SWORN_INVALID,
              "policy: denial %u is neither 0 (NSEC) nor 1 (NSEC3)", policy->denial);
    SWORN_SAY(policy->cds <= 2, reason, SWORN_INVALID, "policy: CDS %u is not 0, 1 or 2",
              policy->cds);
    SWORN_SAY(policy->zonemd <= 1, reason, SWORN_INVALID,
              "policy: ZONEMD %u is neither 0 (off) nor 1 (on)", policy->zonemd);
    SWORN_SAY(policy->acme == 0, reason, SWORN_INVALID, "policy: ACME %u is not in this version",
              policy->acme);
    SWORN_SAY(policy->denial == 0 || policy->limits.changed > CHANGED_LEAST, reason, SWORN_LIMIT,
              "policy: guard limit changed is %u, at least %u with NSEC3", policy->limits.changed,
              CHANGED_LEAST + 1);
    return limits_check(&policy->limits, reason);
}

static enum sworn_result measurements_read(struct reader *reader, struct reason *reason)
{
    struct reader value;
    uint16_t count;

    SWORN_TRY(field_read(reader, TAG_MEASUREMENTS, "measurements", 2, &value, reason));
    SWORN_TRY(read_u16(&value, &count));
    SWORN_SAY(count == 0, reason, SWORN_INVALID,
              "policy: measurements: %u of them are not in this version", count);
    return SWORN_OK;
}

enum sworn_result policy_read(struct octets octets, struct policy *policy, struct reason *reason)
{
    struct reader reader = reader_of(octets);
    uint16_t version;

    *policy = (struct policy){0};
    SWORN_SAY(read_u16(&reader, &version) == SWORN_OK, reason, SWORN_MALFORMED,
              "policy: no version");
    SWORN_SAY(version == POLICY_VERSION, reason, SWORN_MALFORMED, "policy: version %u is not %u",
              version, POLICY_VERSION);
    SWORN_TRY(field_u8(&reader, TAG_ANCHOR, "anchor", &policy->anchor, reason));
    SWORN_TRY(field_u32(&reader, TAG_LIFETIME, "lifetime", &policy->lifetime, reason));
    SWORN_TRY(field_u8(&reader, TAG_ALGORITHM, "algorithm", &policy->algorithm, reason));
    SWORN_TRY(field_u8(&reader, TAG_DENIAL, "denial", &policy->denial, reason));
    SWORN_TRY(field_u8(&reader, TAG_CDS, "CDS", &policy->cds, reason));
    SWORN_TRY(field_u8(&reader, TAG_ZONEMD, "ZONEMD", &policy->zonemd, reason));
    SWORN_TRY(field_u8(&reader, TAG_ACME, "ACME", &policy->acme, reason));
    SWORN_TRY(limits_read(&reader, &policy->limits, reason));
    SWORN_TRY(measurements_read(&reader, reason));
    SWORN_SAY(read_end(&reader) == SWORN_OK, reason, SWORN_MALFORMED,
              "policy: %zu octets after its last field", reader_left(&reader));
    return policy_check(policy, reason);
}

static enum sworn_result field_write_u8(struct writer *writer, enum policy_tag tag, uint8_t value)
{
    SWORN_TRY(write_u16(writer, (uint16_t)tag));
    SWORN_TRY(write_u32(writer, 1));
    return write_u8(writer, value);
}

enum sworn_result policy_write(const struct policy *policy, struct writer *writer)
{
    SWORN_TRY(policy_check(policy, NULL));
    SWORN_TRY(write_u16(writer, POLICY_VERSION));
    SWORN_TRY(field_write_u8(writer, TAG_ANCHOR, policy->anchor));
    SWORN_TRY(write_u16(writer, TAG_LIFETIME));
    SWORN_TRY(write_u32(writer, 4));
    SWORN_TRY(write_u32(writer, policy->lifetime));
    SWORN_TRY(field_write_u8(writer, TAG_ALGORITHM, policy->algorithm));
    SWORN_TRY(field_write_u8(writer, TAG_DENIAL, policy->denial));
    SWORN_TRY(field_write_u8(writer, TAG_CDS, policy->cds));
    SWORN_TRY(field_write_u8(writer, TAG_ZONEMD, policy->zonemd));
    SWORN_TRY(field_write_u8(writer, TAG_ACME, policy->acme));
    SWORN_TRY(write_u16(writer, TAG_LIMITS));
    SWORN_TRY(write_u32(writer, GUARD_LIMITS_SIZE));
    SWORN_TRY(guard_limits_write(&policy->limits, writer));
    SWORN_TRY(write_u16(writer, TAG_MEASUREMENTS));
    SWORN_TRY(write_u32(writer, 2));
    return write_u16(writer, 0);
}
