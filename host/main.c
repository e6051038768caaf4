/*
 * main.c - swornd: the server.
 *
 *   swornd -c FILE [--accept-time] [--check-config]
 *
 * Prints one line when all answers; reads FILE again on SIGHUP; ends on SIGTERM or SIGINT. With
 * --check-config it says "FILE: ok", or what is wrong in which line, and that is all.
 */
#include "host/run.h"

#include <getopt.h>
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/random.h>
#include <unistd.h>

#define PATH_SIZE 4096

struct arguments {
    const char *config;
    bool accept_time;
    bool check;
};

static int usage(void)
{
    (void)fputs("usage: swornd -c FILE [--accept-time] [--check-config]\n", stderr);
    return 2;
}

static bool arguments_read(int count, char **texts, struct arguments *arguments)
{
    static const struct option options[] = {
        {"config", required_argument, NULL, 'c'},
        {"accept-time", no_argument, NULL, 't'},
        {"check-config", no_argument, NULL, 'k'},
        {0},
    };
    int option = getopt_long(count, texts, "c:", options, NULL);

    *arguments = (struct arguments){0};
    while (option != -1) {
        if (option == 'c') {
            arguments->config = optarg;
        }
        arguments->accept_time = arguments->accept_time || option == 't';
        arguments->check = arguments->check || option == 'k';
        if (option == '?') {
            return false;
        }
        option = getopt_long(count, texts, "c:", options, NULL);
    }
    return arguments->config != NULL && optind == count;
}

/* The enclave's program lies beside this one, or where the build puts it. */
static void default_program(char path[PATH_SIZE])
{
    static const char *const places[] = {"/sworn-enclave", "/../enclave/sworn-enclave"};
    ssize_t size = readlink("/proc/self/exe", path, PATH_SIZE - 64);
    char *slash;

    path[size < 0 ? 0 : size] = 0;
    slash = strrchr(path, '/');
    if (slash == NULL) {
        slash = path;
    }
    for (size_t i = 0; i < sizeof(places) / sizeof(places[0]); i++) {
        (void)snprintf(slash, 64, "%s", places[i]);
        if (access(path, X_OK) == 0) {
            return;
        }
    }
}

/* Names of JSON members are hashed with a seed that nobody outside knows. */
static void seed_json(void)
{
    size_t seed = 0;

    (void)!getrandom(&seed, sizeof(seed), 0);
    json_object_seed(seed);
}

/* Before any thread is made: all of them leave these signals to the one that waits for them. */
static void block_signals(sigset_t *signals)
{
    (void)sigemptyset(signals);
    (void)sigaddset(signals, SIGTERM);
    (void)sigaddset(signals, SIGINT);
    (void)sigaddset(signals, SIGHUP);
    (void)sigprocmask(SIG_BLOCK, signals, NULL);
    (void)signal(SIGPIPE, SIG_IGN);
}

static enum sworn_result run(const struct arguments *arguments, const char *program,
                             struct config *config, struct region *region, struct reason *reason)
{
    struct log log;
    struct server server = {
        .path = arguments->config,
        .program = program,
        .accept_time = arguments->accept_time,
        .log = &log,
    };

    log_init(&log, config->level);
    block_signals(&server.signals);
    return server_run(&server, config, region, reason);
}

int main(int count, char **texts)
{
    struct arguments arguments;
    struct config config;
    struct reason reason = {0};
    struct region region;
    char program[PATH_SIZE];
    enum sworn_result result;

    if (!arguments_read(count, texts, &arguments)) {
        return usage();
    }
    seed_json();
    default_program(program);
    region_init(&region, CONFIG_CAP);
    result = config_read(arguments.config, program, &region, &config, &reason);
    if (result == SWORN_OK && arguments.check) {
        (void)printf("%s: ok\n", arguments.config);
    }
    if (result == SWORN_OK && !arguments.check) {
        result = run(&arguments, program, &config, &region, &reason);
    }
    if (result != SWORN_OK) {
        (void)fprintf(stderr, "swornd: %s\n",
                      reason.text[0] != 0 ? reason.text : result_name(result));
    }
    region_clear(&region);
    return result == SWORN_OK ? 0 : 1;
}
