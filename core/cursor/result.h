/*
 * result.h - how every fallible function of this project reports what happened.
 *
 * A result is a small integer, 0 for success; what a person should read goes into a `struct reason`
 * beside it, written where the cause is known and passed up unchanged.
 */
#ifndef SWORN_CORE_CURSOR_RESULT_H
#define SWORN_CORE_CURSOR_RESULT_H

enum sworn_result {
    SWORN_OK = 0,
    SWORN_MALFORMED,   /* octets that do not have the form they must have */
    SWORN_LIMIT,       /* well formed, but more than a bound allows */
    SWORN_NO_MEMORY,   /* a region is at its cap, or the system has no more */
    SWORN_ABSENT,      /* what was asked for is not there */
    SWORN_PROOF,       /* hashes or signatures do not lead to what is certified */
    SWORN_REFUSED,     /* the guard said no */
    SWORN_INVALID,     /* the guard said yes, but the zone would not be a valid one */
    SWORN_CRYPTO,      /* a cryptographic library failed; not the same as a wrong signature */
    SWORN_IO,          /* a file, a socket or the store failed */
    SWORN_UNAVAILABLE, /* the other side is not there (now) */
    SWORN_CONFLICT,    /* it exists already, or state does not allow it */
};

#define SWORN_CHECK __attribute__((warn_unused_result))

/** Leave the function with the result of `call` unless it succeeds. */
#define SWORN_TRY(call)                                                                            \
    do {                                                                                           \
        enum sworn_result sworn_try_result = (call);                                               \
        if (sworn_try_result != SWORN_OK) {                                                        \
            return sworn_try_result;                                                               \
        }                                                                                          \
    } while (0)

/** Leave the function with `result` unless `condition` holds. */
#define SWORN_ENSURE(condition, result)                                                            \
    do {                                                                                           \
        if (!(condition)) {                                                                        \
            return (result);                                                                       \
        }                                                                                          \
    } while (0)

/** Why something failed, for a person; always terminated, never longer than its array. */
struct reason {
    char text[512];
};

/** Write the reason (printf format; cut where the array ends) and hand `result` back. */
enum sworn_result because(struct reason *reason, enum sworn_result result, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/**
 * Like SWORN_ENSURE, with a reason: SWORN_SAY(size < 10, reason, SWORN_LIMIT, "%zu is too many",
 * size).
 */
#define SWORN_SAY(condition, reason, result, ...)                                                  \
    do {                                                                                           \
        if (!(condition)) {                                                                        \
            return because((reason), (result), __VA_ARGS__);                                       \
        }                                                                                          \
    } while (0)

/**
 * The stable name of a result, as the API and the boundary give it ("malformed", "refused", ...).
 */
const char *result_name(enum sworn_result result);

#endif
