/*
 * main.c - swornd: the server.
 *
 *   swornd -c FILE [--accept-time] [--check-config]
 *
 * Starts, in this order, store, enclave, zones, DNS, API; prints one line when all answer; ends on
 * SIGTERM or SIGINT.
 */
#include "host/answer/message/settings.h"
#include "host/api/api.h"
#include "host/commit/commit.h"
#include "host/config/config.h"
#include "host/limit/limit.h"
#include "host/serve/serve.h"
#include "host/store/store.h"

#include <errno.h>
#include <getopt.h>
#include <jansson.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#define CONFIG_CAP ((size_t)16 * 1024 * 1024)
#define PATH_SIZE  4096

struct arguments {
    const char *config;
    bool accept_time;
    bool check;
};

struct server {
    struct config config;
    struct store *store;
    struct answer_server *answers;
    struct limit_rules *limits;
    struct commit_server *commits;
    struct serve *serve;
    struct api *api;
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

static enum sworn_result start_state(struct server *server, const struct arguments *arguments,
                                     struct reason *reason)
{
    const struct config *config = &server->config;
    struct commit_options options = {
        .enclave = config->enclave.program,
        .secret_file = config->enclave.secret,
        .patience = config->enclave.patience,
        .accept_time = arguments->accept_time,
    };

    SWORN_SAY(mkdir(config->store, 0700) == 0 || errno == EEXIST, reason, SWORN_IO, "%s: %s",
              config->store, strerror(errno));
    SWORN_TRY(store_open(config->store, &server->store, reason));
    SWORN_TRY(answer_server_new(&server->answers));
    SWORN_TRY(limit_rules_new(&server->limits));
    return commit_server_new(&options, server->store, server->answers, &server->commits, reason);
}

/* What may change while the server runs: how it answers, and how often. */
static enum sworn_result apply_settings(struct server *server, const struct config *config,
                                        struct reason *reason)
{
    const struct config_server *options = &config->server;
    const struct config_rate_limit *rates = &config->rate_limit;
    struct answer_settings answers = {
        .identity = options->identity,
        .version = options->version,
        .nsid = options->nsid,
        .cookies = options->cookies,
        .cookie_secrets = options->cookie_secrets.item,
        .cookie_secret_count = options->cookie_secrets.count,
        .error_agent = options->error_agent,
        .keepalive = options->tcp_idle,
    };
    struct limit_settings limits = {
        .responses = rates->responses,
        .slip = rates->slip,
        .updates = rates->updates,
        .exempt = rates->exempt.item,
        .exempt_count = rates->exempt.count,
    };

    SWORN_TRY(answer_configure(server->answers, &answers, reason));
    return limit_configure(server->limits, &limits, reason);
}

static enum sworn_result start_service(struct server *server, struct reason *reason)
{
    const struct config *config = &server->config;
    struct serve_options serve = {
        .listen = config->server.listen.item,
        .listen_count = config->server.listen.count,
        .threads = config->server.threads,
        .limits = server->limits,
    };
    struct api_options api = {
        .listen = config->api.listen,
        .token = config->api.token,
        .allow = config->api.allow,
        .allow_count = config->api.allow_count,
    };

    SWORN_TRY(apply_settings(server, config, reason));
    SWORN_TRY(serve_start(&serve, server->answers, &server->serve, reason));
    return api_start(&api, server->commits, &server->api, reason);
}

static void stop(struct server *server)
{
    api_stop(server->api);
    serve_stop(server->serve);
    commit_server_free(server->commits);
    limit_rules_free(server->limits);
    answer_server_free(server->answers);
    store_close(server->store);
}

/* Until a signal says to end; once a second see to what is due. */
static void keep_going(struct server *server, const sigset_t *signals)
{
    const struct timespec second = {.tv_sec = 1};
    int signal = 0;

    while (signal != SIGTERM && signal != SIGINT) {
        signal = sigtimedwait(signals, NULL, &second);
        commit_tick(server->commits);
    }
}

static enum sworn_result run(struct server *server, const struct arguments *arguments,
                             const sigset_t *signals, struct reason *reason)
{
    SWORN_TRY(start_state(server, arguments, reason));
    SWORN_TRY(start_service(server, reason));
    (void)printf("swornd: ready, dns port %u, api port %u\n", serve_port(server->serve, 0),
                 api_port(server->api));
    (void)fflush(stdout);
    keep_going(server, signals);
    return SWORN_OK;
}

int main(int count, char **texts)
{
    struct server server = {0};
    struct arguments arguments;
    struct reason reason = {0};
    struct region region;
    char program[PATH_SIZE];
    enum sworn_result result;
    sigset_t signals;

    if (!arguments_read(count, texts, &arguments)) {
        return usage();
    }
    seed_json();
    /* Before any thread is made: all of them leave these signals to this one. */
    (void)sigemptyset(&signals);
    (void)sigaddset(&signals, SIGTERM);
    (void)sigaddset(&signals, SIGINT);
    (void)sigaddset(&signals, SIGHUP);
    (void)sigprocmask(SIG_BLOCK, &signals, NULL);
    (void)signal(SIGPIPE, SIG_IGN);
    default_program(program);
    region_init(&region, CONFIG_CAP);
    result = config_read(arguments.config, program, &region, &server.config, &reason);
    if (result == SWORN_OK && !arguments.check) {
        result = run(&server, &arguments, &signals, &reason);
        stop(&server);
    }
    if (result != SWORN_OK) {
        (void)fprintf(stderr, "swornd: %s\n",
                      reason.text[0] != 0 ? reason.text : result_name(result));
    }
    region_clear(&region);
    return result == SWORN_OK ? 0 : 1;
}
