/*
 * look.c - a zone as it is at the server, verified; see relay.h.
 *
 * Records are asked for only when the certified root is another than before.
 */
#include "cli/relay/relay.h"

static enum sworn_result load_records(struct relay_work *work, struct relay_zone *kept,
                                      struct zone *zone)
{
    struct context context = work->context;

    kept->loaded = false;
    region_clear(&kept->region);
    context.region = &kept->region;
    zone->context = &context;
    SWORN_TRY(zone_records(zone, false, &kept->records));
    zone->context = &work->context;
    kept->root = zone->view.leaf.zone_root;
    kept->loaded = true;
    return SWORN_OK;
}

enum sworn_result relay_look(struct relay_work *work, struct relay_zone *kept, struct zone *zone)
{
    SWORN_TRY(zone_open(&work->context, kept->text, zone));
    SWORN_TRY(zone_show(zone, NULL));
    if (kept->loaded && hash_equal(&kept->root, &zone->view.leaf.zone_root)) {
        return SWORN_OK;
    }
    return load_records(work, kept, zone);
}

size_t relay_first_set(const struct record_list *records, const struct name *name)
{
    struct rrset_key key;
    size_t low = 0, high = records->count;

    rrset_key(name, 0, &key);
    while (low < high) {
        size_t middle = low + (high - low) / 2;

        if (octets_compare(records->sets[middle].key, octets_of(key.octets, key.size)) < 0) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    return low;
}
