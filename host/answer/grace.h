/*
 * grace.h - readers that never wait (liburcu), and the writer that waits until none of them is left
 * in what it has replaced.
 *
 * Thread sanitizer does not see the order that sys_membarrier gives; it is told, by way of an
 * address that is no atomic object: an atomic store there would make it forget what readers have
 * released.
 */
#ifndef SWORN_HOST_ANSWER_GRACE_H
#define SWORN_HOST_ANSWER_GRACE_H

#include <urcu/urcu-memb.h>

#if defined(__SANITIZE_THREAD__)
#define GRACE_IS_CHECKED 1
#elif defined(__has_feature)
#if __has_feature(thread_sanitizer)
#define GRACE_IS_CHECKED 1
#endif
#endif

#ifdef GRACE_IS_CHECKED
void __tsan_acquire(void *address);
void __tsan_release(void *address);
#else
static inline void __tsan_acquire(void *address)
{
    (void)address;
}
static inline void __tsan_release(void *address)
{
    (void)address;
}
#endif

/** A reader may look at what `shared` points to until grace_leave(). */
static inline void grace_enter(void)
{
    urcu_memb_read_lock();
}

static inline void grace_leave(void *shared)
{
    __tsan_release(shared);
    urcu_memb_read_unlock();
}

/** Wait until every reader that was inside has left. */
static inline void grace_wait(void *shared)
{
    urcu_memb_synchronize_rcu();
    __tsan_acquire(shared);
}

#endif
