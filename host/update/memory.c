/*
 * memory.c - see memory.h.
 */
#include "host/update/memory.h"

#include <pthread.h>
#include <stdlib.h>

#define ACCEPTED_MAX  2048
#define REFUSED_MAX   256
#define RUNNING_MAX   64
#define ACCEPTED_LIFE 600 /* seconds: past the window of nsupdate's signatures */
#define REFUSED_LIFE  30  /* what was refused may be right a little later */

struct entry {
    bool used;
    struct hash octets;
    uint64_t until;
    struct verdict verdict;
};

struct update_memory {
    pthread_mutex_t lock;
    pthread_cond_t ended; /* one of those that were running */
    struct entry accepted[ACCEPTED_MAX];
    struct entry refused[REFUSED_MAX];
    struct entry running[RUNNING_MAX];
};

struct verdict verdict_of(uint16_t rcode, const char *text)
{
    struct verdict verdict = {.rcode = rcode};
    size_t size = strlen(text);

    if (size >= sizeof(verdict.text)) {
        size = sizeof(verdict.text) - 1;
        while (size > 0 && ((uint8_t)text[size] & 0xC0) == 0x80) {
            size--;
        }
    }
    memcpy(verdict.text, text, size);
    return verdict;
}

enum sworn_result update_memory_new(struct update_memory **memory)
{
    *memory = calloc(1, sizeof(**memory));
    SWORN_ENSURE(*memory != NULL, SWORN_NO_MEMORY);
    (void)pthread_mutex_init(&(*memory)->lock, NULL);
    (void)pthread_cond_init(&(*memory)->ended, NULL);
    return SWORN_OK;
}

void update_memory_free(struct update_memory *memory)
{
    if (memory == NULL) {
        return;
    }
    (void)pthread_cond_destroy(&memory->ended);
    (void)pthread_mutex_destroy(&memory->lock);
    free(memory);
}

static struct entry *find(struct entry *entries, size_t count, const struct hash *octets)
{
    for (size_t i = 0; i < count; i++) {
        if (entries[i].used && hash_equal(&entries[i].octets, octets)) {
            return &entries[i];
        }
    }
    return NULL;
}

static bool known(struct update_memory *memory, const struct hash *octets, uint64_t now,
                  struct verdict *verdict)
{
    struct entry *entry = find(memory->accepted, ACCEPTED_MAX, octets);

    if (entry == NULL) {
        entry = find(memory->refused, REFUSED_MAX, octets);
    }
    if (entry == NULL || entry->until <= now) {
        return false;
    }
    *verdict = entry->verdict;
    return true;
}

/* An entry that is free, or the one that ends first. */
static struct entry *room(struct entry *entries, size_t count, const struct hash *octets)
{
    struct entry *oldest = find(entries, count, octets);

    for (size_t i = 0; i < count && oldest == NULL; i++) {
        if (!entries[i].used) {
            return &entries[i];
        }
    }
    if (oldest != NULL) {
        return oldest;
    }
    oldest = entries;
    for (size_t i = 1; i < count; i++) {
        oldest = entries[i].until < oldest->until ? &entries[i] : oldest;
    }
    return oldest;
}

bool update_memory_begin(struct update_memory *memory, const struct hash *octets, uint64_t now,
                         struct verdict *verdict)
{
    bool answered;

    (void)pthread_mutex_lock(&memory->lock);
    while (find(memory->running, RUNNING_MAX, octets) != NULL) {
        (void)pthread_cond_wait(&memory->ended, &memory->lock);
    }
    answered = known(memory, octets, now, verdict);
    for (size_t i = 0; i < RUNNING_MAX && !answered; i++) {
        if (!memory->running[i].used) {
            memory->running[i] = (struct entry){.used = true, .octets = *octets};
            break;
        }
    }
    (void)pthread_mutex_unlock(&memory->lock);
    return answered;
}

void update_memory_end(struct update_memory *memory, const struct hash *octets, uint64_t now,
                       const struct verdict *verdict)
{
    struct entry *running, *kept;

    (void)pthread_mutex_lock(&memory->lock);
    running = find(memory->running, RUNNING_MAX, octets);
    if (running != NULL) {
        running->used = false;
    }
    if (verdict->lasting) {
        kept = verdict->rcode == 0 ? room(memory->accepted, ACCEPTED_MAX, octets)
                                   : room(memory->refused, REFUSED_MAX, octets);
        *kept = (struct entry){
            .used = true,
            .octets = *octets,
            .until = now + (verdict->rcode == 0 ? ACCEPTED_LIFE : REFUSED_LIFE),
            .verdict = *verdict,
        };
    }
    (void)pthread_cond_broadcast(&memory->ended);
    (void)pthread_mutex_unlock(&memory->lock);
}
