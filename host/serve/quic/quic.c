/*
 * quic.c - see quic.h.
 */
#include "host/serve/quic/quic.h"

enum sworn_result quic_start(const struct service *service, const struct listen_address *addresses,
                             const int *sockets, size_t count, struct quic **quic)
{
    (void)service, (void)addresses, (void)sockets, (void)count, (void)quic;
    return SWORN_UNAVAILABLE;
}
void quic_join(struct quic *quic)
{
    (void)quic;
}
void quic_free(struct quic *quic)
{
    (void)quic;
}
const struct serve_counters *quic_counters(const struct quic *quic)
{
    return (const void *)quic;
}
const struct serve_counts *quic_counts(const struct quic *quic)
{
    return (const void *)quic;
}
