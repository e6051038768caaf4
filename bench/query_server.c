/*
 * query_server.c - serves one signed master file until its input ends: what bench/query measures.
 *
 *   query_server ZONE-FILE APEX ADDRESS:PORT THREADS
 */
#include <malloc.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

#include "host/serve/serve.h"
#include "tests/unit/host/load_zone.h"

static double seconds(void)
{
    struct timespec time;

    (void)clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time);
    return (double)time.tv_sec + (double)time.tv_nsec / 1e9;
}

int main(int count, char **arguments)
{
    struct serve_options options = {.listen_count = 1};
    struct answer_server *server;
    struct zone_sets sets;
    struct serve *serve;
    struct reason reason = {.text = ""};
    size_t before;
    double start;
    char octet;

    if (count != 5 || answer_server_new(&server) != SWORN_OK) {
        fprintf(stderr, "query_server ZONE-FILE APEX ADDRESS:PORT THREADS\n");
        return 2;
    }
    if (!zone_sets_read_file(&sets, arguments[1], arguments[2], &reason)) {
        fprintf(stderr, "%s\n", reason.text);
        return 1;
    }
    before = mallinfo2().uordblks + mallinfo2().hblkhd;
    start = seconds();
    if (zone_sets_load(&sets, server) != SWORN_OK) {
        fprintf(stderr, "%s cannot be loaded\n", arguments[1]);
        return 1;
    }
    printf("%zu sets in %.3f s, %zu octets a set\n", sets.count, seconds() - start,
           (mallinfo2().uordblks + mallinfo2().hblkhd - before) / sets.count);
    zone_sets_free(&sets);
    options.listen = (const char *const *)&arguments[3];
    options.threads = (unsigned)atoi(arguments[4]);
    if (serve_start(&options, server, &serve, &reason) != SWORN_OK) {
        fprintf(stderr, "%s\n", reason.text);
        return 1;
    }
    fflush(stdout);
    while (read(STDIN_FILENO, &octet, 1) > 0) {
    }
    serve_stop(serve);
    answer_server_free(server);
    return 0;
}
