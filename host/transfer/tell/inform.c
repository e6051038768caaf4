/*
 * inform.c - telling the parent that CDS or CDNSKEY has changed; see inform.h.
 */
#include "host/transfer/tell/inform.h"

#include "core/dns/rr.h"
#include "host/transfer/tell/dsync.h"
#include "host/transfer/tell/notify.h"

#include <stdlib.h>
#include <time.h>

#define TRIES      5
#define FIRST_WAIT 4    /* seconds, then twice as many each time */
#define PATIENCE   1000 /* milliseconds for an answer */
#define REPLY_CAP  ((size_t)1024 * 1024)

struct job {
    struct job *next;
    struct name child;
    unsigned tries;
    time_t due; /* of the monotonic clock */
};

struct informer {
    struct config_current *config;
    pthread_mutex_t lock;
    pthread_cond_t news;
    pthread_t thread;
    bool started;
    bool stopping;
    struct job *jobs;
};

static time_t seconds(void)
{
    struct timespec now;

    (void)clock_gettime(CLOCK_MONOTONIC, &now);
    return now.tv_sec;
}

enum sworn_result informer_new(struct config_current *config, struct informer **informer)
{
    struct informer *made = calloc(1, sizeof(*made));
    pthread_condattr_t attributes;

    SWORN_ENSURE(made != NULL, SWORN_NO_MEMORY);
    made->config = config;
    (void)pthread_mutex_init(&made->lock, NULL);
    (void)pthread_condattr_init(&attributes);
    (void)pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC);
    (void)pthread_cond_init(&made->news, &attributes);
    (void)pthread_condattr_destroy(&attributes);
    *informer = made;
    return SWORN_OK;
}

static struct job *job_of(struct informer *informer, const struct name *child)
{
    struct job *job = informer->jobs;

    while (job != NULL && !name_equal(&job->child, child)) {
        job = job->next;
    }
    if (job != NULL) {
        return job;
    }
    job = calloc(1, sizeof(*job));
    if (job != NULL) {
        job->child = *child;
        job->next = informer->jobs;
        informer->jobs = job;
    }
    return job;
}

void inform_parent(struct informer *informer, const struct name *child)
{
    struct job *job;

    (void)pthread_mutex_lock(&informer->lock);
    job = job_of(informer, child);
    if (job != NULL) {
        job->tries = 0;
        job->due = seconds();
    }
    (void)pthread_cond_signal(&informer->news);
    (void)pthread_mutex_unlock(&informer->lock);
}

static enum sworn_result tell(const struct endpoint *endpoint, const struct name *child)
{
    uint8_t array[DNS_HEADER_SIZE + NAME_MAX_SIZE + 4];
    struct writer message = writer_over(array, sizeof(array));
    struct region region;
    struct octets reply = {0};
    enum sworn_result result;
    uint16_t id;

    SWORN_TRY(dns_random_id(&id));
    SWORN_TRY(notify_message(child, RR_CDS, id, NULL, &message));
    region_init(&region, REPLY_CAP);
    result = dns_ask(endpoint, written(&message), PATIENCE, &region, &reply);
    if (result == SWORN_OK && (reply.data[3] & 15) != 0) {
        result = SWORN_REFUSED;
    }
    region_clear(&region);
    return result;
}

/* SWORN_OK and SWORN_ABSENT end the job. */
static enum sworn_result inform(struct informer *informer, const struct name *child)
{
    struct config_held *held = config_hold(informer->config);
    const char *resolver = config_of(held)->resolver;
    struct endpoint endpoint;
    struct dsync dsync = {0};
    enum sworn_result result = resolver == NULL ? SWORN_ABSENT : endpoint_read(resolver, &endpoint);

    config_let_go(held);
    SWORN_TRY(result);
    SWORN_TRY(dsync_find(&endpoint, child, &dsync));
    result = SWORN_UNAVAILABLE;
    for (size_t i = 0; i < dsync.count && result != SWORN_OK; i++) {
        result = tell(&dsync.endpoint[i], child);
    }
    return result;
}

static void job_end(struct informer *informer, struct job *job)
{
    struct job **place = &informer->jobs;

    while (*place != job) {
        place = &(*place)->next;
    }
    *place = job->next;
    free(job);
}

/* Under the lock, which is let go while the network is asked. Jobs end here only. */
static void work(struct informer *informer, struct job *job)
{
    struct name child = job->child;
    unsigned tries = ++job->tries;
    enum sworn_result result;

    job->due = seconds() + (FIRST_WAIT << (tries - 1));
    (void)pthread_mutex_unlock(&informer->lock);
    result = inform(informer, &child);
    (void)pthread_mutex_lock(&informer->lock);
    if (job->tries != tries) {
        return; /* it changed again meanwhile */
    }
    if (result == SWORN_OK || result == SWORN_ABSENT || tries >= TRIES) {
        job_end(informer, job);
    }
}

static struct job *first_due(const struct informer *informer)
{
    struct job *first = informer->jobs;

    for (struct job *job = informer->jobs; job != NULL; job = job->next) {
        first = job->due < first->due ? job : first;
    }
    return first;
}

static void *run(void *context)
{
    struct informer *informer = context;

    (void)pthread_mutex_lock(&informer->lock);
    while (!informer->stopping) {
        struct job *job = first_due(informer);
        struct timespec until = {0};

        if (job == NULL) {
            (void)pthread_cond_wait(&informer->news, &informer->lock);
            continue;
        }
        if (job->due <= seconds()) {
            work(informer, job);
            continue;
        }
        until.tv_sec = job->due;
        (void)pthread_cond_timedwait(&informer->news, &informer->lock, &until);
    }
    (void)pthread_mutex_unlock(&informer->lock);
    return NULL;
}

enum sworn_result informer_start(struct informer *informer)
{
    informer->started = pthread_create(&informer->thread, NULL, run, informer) == 0;
    return informer->started ? SWORN_OK : SWORN_NO_MEMORY;
}

void informer_free(struct informer *informer)
{
    if (informer == NULL) {
        return;
    }
    (void)pthread_mutex_lock(&informer->lock);
    informer->stopping = true;
    (void)pthread_cond_signal(&informer->news);
    (void)pthread_mutex_unlock(&informer->lock);
    if (informer->started) {
        (void)pthread_join(informer->thread, NULL);
    }
    while (informer->jobs != NULL) {
        job_end(informer, informer->jobs);
    }
    (void)pthread_cond_destroy(&informer->news);
    (void)pthread_mutex_destroy(&informer->lock);
    free(informer);
}
