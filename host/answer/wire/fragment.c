/*
 * fragment.c - record sets to wire; see fragment.h.
 *
 * A set is rendered into a message whose question is its own name (for *.example: example);
 * pointers are taken note of and then said relative to the question's end and to the fragment's
 * beginning.
 */
#include "host/answer/wire/fragment.h"

#include "core/dns/rr.h"

/* The message that a set is rendered into. */
struct rendering {
    struct renderer *renderer;
    const struct rrset *rrset;
    size_t question_end; /* of the name in it */
    size_t begin;        /* where the fragment begins */
    size_t used;
    bool compress;
};

static size_t room(const struct rendering *rendering)
{
    return MESSAGE_MAX - OPT_SIZE - rendering->used;
}

static enum sworn_result put(struct rendering *rendering, struct octets octets)
{
    SWORN_ENSURE(octets.size <= room(rendering), SWORN_LIMIT);
    if (octets.size > 0) {
        memcpy(rendering->renderer->message + rendering->used, octets.data, octets.size);
    }
    rendering->used += octets.size;
    return SWORN_OK;
}

/* Owner, type, class, TTL and room for the size; `size_at` is where that goes. */
static enum sworn_result put_head(struct rendering *rendering, uint16_t type, size_t *size_at)
{
    bool is_root = rendering->rrset->owner.size == 1;
    uint8_t head[12];
    size_t owner_size = is_root ? 1 : 2;

    put_u16(head, is_root ? 0 : OWNER_IN_QUESTION);
    put_u16(head + owner_size, type);
    put_u16(head + owner_size + 2, CLASS_IN);
    put_u32(head + owner_size + 4, rendering->rrset->ttl);
    put_u16(head + owner_size + 8, 0);
    SWORN_TRY(put(rendering, octets_of(head, owner_size + 10)));
    *size_at = rendering->used - 2;
    return SWORN_OK;
}

/* Say where the pointer at `at` goes in the fragment's own terms. */
static enum sworn_result take_note(struct rendering *rendering, size_t at)
{
    struct renderer *renderer = rendering->renderer;
    unsigned target = get_u16(renderer->message + at) & POINTER_REACH;
    uint16_t position = (uint16_t)(at - rendering->begin);

    if (target < rendering->begin) {
        SWORN_ENSURE(renderer->question_pointers < FRAGMENT_NAMES, SWORN_LIMIT);
        renderer->question_pointer[renderer->question_pointers++] = position;
        return SWORN_OK;
    }
    SWORN_ENSURE(renderer->self_pointers < FRAGMENT_NAMES, SWORN_LIMIT);
    renderer->self_pointer[renderer->self_pointers++] = position;
    return SWORN_OK;
}

static enum sworn_result put_name(struct rendering *rendering, struct octets name)
{
    size_t pointer;
    size_t size = compress_name(&rendering->renderer->compressor, name.data, rendering->used,
                                room(rendering), &pointer);

    SWORN_ENSURE(size > 0, SWORN_LIMIT);
    rendering->used += size;
    return pointer == 0 ? SWORN_OK : take_note(rendering, pointer);
}

static enum sworn_result put_rdata(struct rendering *rendering, struct octets rdata)
{
    struct rdata_part parts[RDATA_PARTS_MAX];
    size_t count;

    if (!rendering->compress) {
        return put(rendering, rdata);
    }
    SWORN_TRY(rdata_parts(rendering->rrset->type, rdata, parts, &count));
    for (size_t i = 0; i < count; i++) {
        if (parts[i].is_name && parts[i].may_compress) {
            SWORN_TRY(put_name(rendering, parts[i].octets));
            continue;
        }
        SWORN_TRY(put(rendering, parts[i].octets));
    }
    return SWORN_OK;
}

static enum sworn_result put_records(struct rendering *rendering, uint16_t type,
                                     const struct octets *rdata, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        size_t size_at;

        SWORN_TRY(put_head(rendering, type, &size_at));
        if (type == RR_RRSIG) {
            SWORN_TRY(put(rendering, rdata[i]));
        } else {
            SWORN_TRY(put_rdata(rendering, rdata[i]));
        }
        put_u16(rendering->renderer->message + size_at, (unsigned)(rendering->used - size_at - 2));
    }
    return SWORN_OK;
}

/* Whether names in RDATA of this set may be compressed at all. */
static enum sworn_result may_compress(const struct rrset *rrset, bool *compress)
{
    struct rdata_part parts[RDATA_PARTS_MAX];
    size_t count;

    *compress = false;
    /* Most sets there are; their RDATA holds no name, or one that stays whole. */
    if (rrset->count == 0 || rrset->type == RR_A || rrset->type == RR_AAAA ||
        rrset->type == RR_NSEC || rrset->type == RR_DS) {
        return SWORN_OK;
    }
    SWORN_TRY(rdata_parts(rrset->type, rrset->rdata[0], parts, &count));
    for (size_t i = 0; i < count; i++) {
        *compress = *compress || (parts[i].is_name && parts[i].may_compress);
    }
    return SWORN_OK;
}

static void begin(struct rendering *rendering)
{
    struct renderer *renderer = rendering->renderer;
    const struct name *owner = &rendering->rrset->owner;
    size_t skip = name_is_wildcard(owner) ? 2 : 0;

    memcpy(renderer->message + MESSAGE_HEADER, owner->wire + skip, owner->size - skip);
    rendering->question_end = MESSAGE_HEADER + owner->size - skip;
    rendering->begin = rendering->used = rendering->question_end + QUESTION_TAIL;
    renderer->question_pointers = renderer->self_pointers = 0;
    if (rendering->compress) {
        compress_begin(&renderer->compressor, renderer->message,
                       (uint16_t)(rendering->begin + FRAGMENT_REACH));
        compress_note(&renderer->compressor, MESSAGE_HEADER);
    }
}

/* Only now: while names are being written, pointers have to be real ones. */
static void tag_pointers(const struct rendering *rendering)
{
    struct renderer *renderer = rendering->renderer;
    uint8_t *octets = renderer->message + rendering->begin;

    for (size_t i = 0; i < renderer->question_pointers; i++) {
        uint8_t *pointer = octets + renderer->question_pointer[i];
        size_t target = get_u16(pointer) & POINTER_REACH;

        put_u16(pointer, POINTER_TO_QUESTION | (unsigned)(rendering->question_end - target));
    }
    for (size_t i = 0; i < renderer->self_pointers; i++) {
        uint8_t *pointer = octets + renderer->self_pointer[i];
        size_t target = get_u16(pointer) & POINTER_REACH;

        put_u16(pointer, POINTER_TO_SELF | (unsigned)(target - rendering->begin));
    }
}

static enum sworn_result finish(const struct rendering *rendering, const struct signed_set *set,
                                size_t plain_size, struct txn *txn, struct fragment **made)
{
    const struct renderer *renderer = rendering->renderer;
    size_t records = (size_t)set->rrset.count + set->rrsig_count;
    size_t pointers = (size_t)renderer->question_pointers + renderer->self_pointers;
    size_t octets_at = sizeof(struct fragment) + (records + pointers) * sizeof(uint16_t);
    size_t size = rendering->used - rendering->begin;
    uint16_t *positions;
    struct fragment *fragment;
    void *memory;

    tag_pointers(rendering);
    SWORN_ENSURE(octets_at <= UINT16_MAX, SWORN_LIMIT);
    SWORN_TRY(txn_alloc(txn, octets_at + size, &memory));
    fragment = memory;
    *fragment = (struct fragment){
        .type = set->rrset.type,
        .count = set->rrset.count,
        .rrsig_count = set->rrsig_count,
        .plain_size = (uint16_t)plain_size,
        .size = (uint16_t)size,
        .question_pointers = renderer->question_pointers,
        .self_pointers = renderer->self_pointers,
        .owner_size = set->rrset.owner.size == 1 ? 1 : 2,
        .octets_at = (uint16_t)octets_at,
    };
    memcpy((uint8_t *)memory + octets_at, renderer->message + rendering->begin, size);
    positions = fragment->positions;
    for (size_t at = 0; at < size; at = fragment_record(fragment, at).next) {
        *positions++ = (uint16_t)at;
    }
    memcpy(positions, renderer->question_pointer, renderer->question_pointers * 2U);
    memcpy(positions + renderer->question_pointers, renderer->self_pointer,
           renderer->self_pointers * 2U);
    *made = fragment;
    return SWORN_OK;
}

enum sworn_result fragment_render(struct renderer *renderer, struct txn *txn,
                                  const struct signed_set *set, struct fragment **fragment)
{
    struct rendering rendering = {.renderer = renderer, .rrset = &set->rrset};
    size_t plain_size;

    SWORN_TRY(may_compress(&set->rrset, &rendering.compress));
    begin(&rendering);
    SWORN_TRY(put_records(&rendering, set->rrset.type, set->rrset.rdata, set->rrset.count));
    plain_size = rendering.used - rendering.begin;
    SWORN_TRY(put_records(&rendering, RR_RRSIG, set->rrsig, set->rrsig_count));
    return finish(&rendering, set, plain_size, txn, fragment);
}

enum sworn_result fragment_join(struct txn *txn, const struct fragment *first,
                                const struct fragment *second, struct fragment **joined)
{
    size_t records = (size_t)first->count + first->rrsig_count;
    size_t more = (size_t)second->count + second->rrsig_count;
    size_t pointers = (size_t)first->question_pointers + first->self_pointers;
    size_t octets_at = sizeof(struct fragment) + (records + more + pointers) * sizeof(uint16_t);
    size_t size = (size_t)first->size + second->size;
    struct fragment *fragment;
    void *memory;

    *joined = NULL;
    if (second->question_pointers + second->self_pointers > 0 || octets_at > UINT16_MAX ||
        size > UINT16_MAX) {
        return SWORN_OK;
    }
    SWORN_TRY(txn_alloc(txn, octets_at + size, &memory));
    *joined = fragment = memory;
    *fragment = *first;
    fragment->count = (uint16_t)(first->count + second->count);
    fragment->rrsig_count = (uint16_t)(first->rrsig_count + second->rrsig_count);
    fragment->size = (uint16_t)size;
    fragment->octets_at = (uint16_t)octets_at;
    memcpy(fragment->positions, first->positions, records * sizeof(uint16_t));
    for (size_t i = 0; i < more; i++) {
        fragment->positions[records + i] = (uint16_t)(first->size + second->positions[i]);
    }
    memcpy(fragment->positions + records + more, fragment_pointers(first),
           pointers * sizeof(uint16_t));
    memcpy((uint8_t *)memory + octets_at, fragment_octets(first), first->size);
    memcpy((uint8_t *)memory + octets_at + first->size, fragment_octets(second), second->size);
    return SWORN_OK;
}

size_t fragment_suffix(const struct fragment *fragment, unsigned tagged, const struct name *owner,
                       uint8_t *name)
{
    const uint8_t *octets = fragment_octets(fragment);
    size_t used = 0;

    while ((tagged & POINTER_KIND) == POINTER_TO_SELF) {
        const uint8_t *label = octets + (tagged & POINTER_REACH);

        for (; label[0] != 0 && label[0] < 0x40; label += label[0] + 1) {
            memcpy(name + used, label, label[0] + 1U);
            used += label[0] + 1U;
        }
        if (label[0] == 0) {
            name[used] = 0;
            return used + 1;
        }
        tagged = get_u16(label);
    }
    tagged &= POINTER_REACH;
    memcpy(name + used, owner->wire + owner->size - tagged, tagged);
    return used + tagged;
}

/* The first pointer at or after `at` of a sorted list; past the end when there is none. */
static size_t next_pointer(const uint16_t *pointers, size_t count, size_t at)
{
    size_t low = 0;
    size_t high = count;

    while (low < high) {
        size_t middle = (low + high) / 2;

        if (pointers[middle] >= at) {
            high = middle;
            continue;
        }
        low = middle + 1;
    }
    return low < count ? pointers[low] : SIZE_MAX;
}

size_t fragment_rdata(const struct fragment *fragment, const struct fragment_record *record,
                      const struct name *owner, uint8_t *rdata)
{
    const uint8_t *octets = fragment_octets(fragment);
    const uint16_t *question = fragment_pointers(fragment);
    const uint16_t *self = question + fragment->question_pointers;
    size_t at = record->rdata_at;
    size_t used = 0;

    for (;;) {
        size_t to_question = next_pointer(question, fragment->question_pointers, at);
        size_t to_self = next_pointer(self, fragment->self_pointers, at);
        size_t pointer = to_question < to_self ? to_question : to_self;
        size_t end = pointer < record->next ? pointer : record->next;

        memcpy(rdata + used, octets + at, end - at);
        used += end - at;
        if (end == record->next) {
            return used;
        }
        used += fragment_suffix(fragment, get_u16(octets + pointer), owner, rdata + used);
        at = pointer + 2;
    }
}
