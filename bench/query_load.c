/*
 * query_load.c - asks a name server over UDP as fast as it answers, with a bounded number of
 * questions under way.
 *
 *   query_load QUERY-FILE ADDRESS PORT COUNT
 *
 * The file holds queries, each after its size as u16; they are asked in turn with other ids. Prints
 * answers received and seconds.
 */
#include <arpa/inet.h>
#include <netinet/in.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <time.h>

#define BATCH           32
#define UNDER_WAY       128
#define SIZE_MAX_ANSWER 4096

struct load {
    int fd;
    size_t size;
    size_t at;
    uint8_t *queries;
    struct mmsghdr out[BATCH];
    struct iovec out_vector[BATCH];
    struct mmsghdr in[BATCH];
    struct iovec in_vector[BATCH];
    uint8_t answer[BATCH][SIZE_MAX_ANSWER];
};

static void die(const char *what)
{
    perror(what);
    exit(1);
}

static void read_queries(struct load *load, const char *path)
{
    FILE *file = fopen(path, "rb");

    load->queries = malloc(1 << 24);
    if (file == NULL || load->queries == NULL) {
        die(path);
    }
    load->size = fread(load->queries, 1, 1 << 24, file);
    fclose(file);
}

static void connect_to(struct load *load, const char *address, const char *port)
{
    struct sockaddr_in to = {.sin_family = AF_INET, .sin_port = htons((uint16_t)atoi(port))};
    struct timeval limit = {.tv_usec = 200000};

    inet_pton(AF_INET, address, &to.sin_addr);
    load->fd = socket(AF_INET, SOCK_DGRAM, 0);
    if (load->fd < 0 || connect(load->fd, (struct sockaddr *)&to, sizeof(to)) != 0 ||
        setsockopt(load->fd, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof(limit)) != 0) {
        die("connect");
    }
    for (size_t i = 0; i < BATCH; i++) {
        load->in_vector[i] =
            (struct iovec){.iov_base = load->answer[i], .iov_len = SIZE_MAX_ANSWER};
        load->in[i].msg_hdr = (struct msghdr){.msg_iov = &load->in_vector[i], .msg_iovlen = 1};
        load->out[i].msg_hdr = (struct msghdr){.msg_iov = &load->out_vector[i], .msg_iovlen = 1};
    }
}

static long send_batch(struct load *load)
{
    int sent;

    for (size_t i = 0; i < BATCH; i++) {
        uint8_t *query = load->queries + load->at;
        size_t size = (size_t)query[0] << 8 | query[1];

        query[2]++;
        load->out_vector[i] = (struct iovec){.iov_base = query + 2, .iov_len = size};
        load->at += 2 + size;
        if (load->at >= load->size) {
            load->at = 0;
        }
    }
    sent = sendmmsg(load->fd, load->out, BATCH, 0);
    if (sent <= 0) {
        die("sendmmsg");
    }
    return sent;
}

int main(int count, char **arguments)
{
    struct load *load = calloc(1, sizeof(*load));
    struct timespec start, end;
    long wanted, sent = 0, got = 0, under_way = 0;

    if (count != 5 || load == NULL) {
        fprintf(stderr, "query_load QUERY-FILE ADDRESS PORT COUNT\n");
        return 2;
    }
    read_queries(load, arguments[1]);
    connect_to(load, arguments[2], arguments[3]);
    wanted = atol(arguments[4]);
    clock_gettime(CLOCK_MONOTONIC, &start);
    while (got < wanted && sent < wanted * 2) {
        int received;

        while (under_way < UNDER_WAY) {
            long more = send_batch(load);

            sent += more;
            under_way += more;
        }
        received = recvmmsg(load->fd, load->in, BATCH, MSG_WAITFORONE, NULL);
        if (received <= 0) {
            under_way = 0; /* lost */
            continue;
        }
        got += received;
        under_way -= received;
    }
    clock_gettime(CLOCK_MONOTONIC, &end);
    printf("%ld %.3f\n", got,
           (double)(end.tv_sec - start.tv_sec) + (double)(end.tv_nsec - start.tv_nsec) / 1e9);
    return 0;
}
