/*
 * current.c - the configuration in force and those that are still held; see config.h.
 */
#include "host/config/config.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>

struct config_held {
    struct config config;
    struct region region;
    atomic_uint holders;
};

struct config_current {
    pthread_mutex_t lock; /* over reading `held` and counting a holder more */
    struct config_held *held;
};

static enum sworn_result held_new(struct config *config, struct region *region,
                                  struct config_held **made)
{
    struct config_held *held = calloc(1, sizeof(*held));

    SWORN_ENSURE(held != NULL, SWORN_NO_MEMORY);
    held->config = *config;
    held->region = *region;
    atomic_init(&held->holders, 1);
    /* The caller's own is empty from now on; clearing it does no harm. */
    region_init(region, region->cap);
    *made = held;
    return SWORN_OK;
}

enum sworn_result config_current_new(struct config *config, struct region *region,
                                     struct config_current **current)
{
    struct config_current *made = calloc(1, sizeof(*made));

    SWORN_ENSURE(made != NULL, SWORN_NO_MEMORY);
    if (held_new(config, region, &made->held) != SWORN_OK) {
        free(made);
        return SWORN_NO_MEMORY;
    }
    (void)pthread_mutex_init(&made->lock, NULL);
    *current = made;
    return SWORN_OK;
}

enum sworn_result config_current_replace(struct config_current *current, struct config *config,
                                         struct region *region)
{
    struct config_held *held, *old;

    SWORN_TRY(held_new(config, region, &held));
    (void)pthread_mutex_lock(&current->lock);
    old = current->held;
    current->held = held;
    (void)pthread_mutex_unlock(&current->lock);
    config_let_go(old);
    return SWORN_OK;
}

void config_current_free(struct config_current *current)
{
    if (current == NULL) {
        return;
    }
    config_let_go(current->held);
    (void)pthread_mutex_destroy(&current->lock);
    free(current);
}

struct config_held *config_hold(struct config_current *current)
{
    struct config_held *held;

    (void)pthread_mutex_lock(&current->lock);
    held = current->held;
    atomic_fetch_add(&held->holders, 1);
    (void)pthread_mutex_unlock(&current->lock);
    return held;
}

const struct config *config_of(const struct config_held *held)
{
    return &held->config;
}

void config_let_go(struct config_held *held)
{
    if (held != NULL && atomic_fetch_sub(&held->holders, 1) == 1) {
        region_clear(&held->region);
        free(held);
    }
}
