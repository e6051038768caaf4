/*
 * config.h - swornd's configuration: one YAML file, every key with a default that is right.
 *
 *   server:                                        how questions are answered
 *     listen: [ "127.0.0.1:5300", "[::1]:5300" ]   UDP and TCP
 *     listen-tls: []                               DNS over TLS, usually port 853
 *     listen-https: []                             DNS over HTTPS, path /dns-query
 *     listen-quic: []                              DNS over QUIC, usually UDP port 853
 *     certificate: "tls.crt"                       PEM, read again at SIGHUP and when it changes
 *     private-key: "tls.key"
 *     proxy: []                                    addresses whose PROXYv2 header is believed
 *     threads: 0                                   0: one for each core
 *     user: "sworn"                                who to be once the ports are bound
 *     identity: "ns1"                              id.server, hostname.bind; none: refused
 *     version: "sworn"                             version.server, version.bind; none: refused
 *     nsid: "ns1.example"                          RFC 5001; none: not sent
 *     cookies: true                                RFC 7873, 9018
 *     cookie-secrets: [ "32 hex digits" ]          the first makes, all are accepted; none: random
 *     error-agent: "report.example."               RFC 9567; none: not sent
 *     tcp-connections: 4096                        in all, and for one client
 *     tcp-client: 64
 *     tcp-idle: 10                                 seconds
 *   rate-limit:                                    of UDP responses without a cookie
 *     responses: 200                               a second, for one prefix and kind; 0: no limit
 *     slip: 2                                      each n-th goes out truncated; 0: none
 *     exempt: [ "127.0.0.0/8", "::1" ]
 *     updates: 10                                  UPDATE messages a second from one address
 *   log: { level: info }                           error, warning, info, debug; to stderr
 *   resolver: "127.0.0.1:53"                       for what must be looked up (DSYNC)
 *   keys:                                          TSIG
 *     - { id: "k1.", algorithm: hmac-sha256, secret: "base64" }     or secret-file
 *   remotes:                                       secondaries
 *     - { id: "s1", address: "192.0.2.2:53", key: "k1.", tls: false, tls-name: "", via: "" }
 *   acl:                                           who may do what
 *     - { id: "a1", addresses: [], keys: [], actions: [ transfer, update, notify ], deny: false }
 *                                                  where a zone's lists say nothing of updates, all
 *                                                  go on to its guard, who decides anyway
 *   template:                                      what a zone gets, by its name: the first that
 *     - id: "customers"                            matches; `default` for those that none matches
 *       match: [ "example.", "*.example." ]        * is one or more labels
 *       acl: [ "a1" ]
 *       notify: [ "s1" ]
 *       catalog: "catalog.example."                that lists the zone (RFC 9432)
 *       group: ""                                  its group property
 *       dsync: false                               tell the parent of CDS (RFC 9859)
 *       journal: 1024                              signed differences kept for IXFR
 *   api:
 *     listen: "127.0.0.1:8053"
 *     token: "..."                                 lets its holder create zones from anywhere
 *     allow: [ "192.0.2.0/24" ]                    addresses that may create zones
 *   limits:                                        what policies of zones may allow at most: of
 *     guard-code: 4194304                          guards, octets of WASM
 *     guard-memory: 256                            pages of 64 KiB
 *     guard-stack: 1048576                         octets
 *     guard-recursion: 10000                       calls
 *     guard-table: 65536                           elements
 *     guard-fuel: 4294967296
 *     guard-operations: 65536                      record operations of a request
 *     guard-changed: 4096                          record sets changed or signed by a request
 *     guard-visited: 16384                         record sets looked at by a request
 *     guard-environment: 1048576                   octets, each
 *     guard-argument: 4194304
 *     guard-state: 1048576
 *     zonemd-max: 100000                           record sets of a zone that gets a ZONEMD
 *   store: "store"                                 folder of the database
 *   enclave:
 *     program: "/usr/lib/sworn/sworn-enclave"      or "unix:PATH", "tcp:HOST:PORT",
 *                                                  "vsock:CID:PORT"
 *     secret: "process.key"                        sealing secret of platform=process
 *     patience: 120                                seconds to wait for an answer
 *
 * A value that stands above is the default, but for texts described as optional ("none: ..."),
 * which are not set by default, and for the entries of keys, remotes, acl and template.
 * Relative paths are relative to the folder of the file. What stands here can refuse and slow down,
 * never weaken: what an owner relies on is the zone's policy.
 */
#ifndef SWORN_HOST_CONFIG_CONFIG_H
#define SWORN_HOST_CONFIG_CONFIG_H

#include "core/change/policy.h"
#include "core/cursor/region.h"
#include "core/dns/name.h"
#include "net/prefix.h"

struct config_list {
    const char **item;
    unsigned count;
};

struct config_server {
    struct config_list listen, listen_tls, listen_https, listen_quic;
    const char *certificate, *private_key; /* NULL: none */
    struct config_list proxy;              /* addresses and prefixes */
    unsigned threads;
    const char *user;                      /* NULL: stay who we are */
    const char *identity, *version, *nsid; /* NULL: none */
    bool cookies;
    struct config_list cookie_secrets;
    const char *error_agent; /* NULL: none */
    unsigned tcp_connections, tcp_client, tcp_idle;
};

struct config_rate_limit {
    unsigned responses, slip;
    struct config_list exempt;
    unsigned updates;
};

enum config_level { LEVEL_ERROR, LEVEL_WARNING, LEVEL_INFO, LEVEL_DEBUG };

/** A TSIG key; secrets are decoded. */
struct config_key {
    struct name name;
    const char *id;
    const char *algorithm; /* "hmac-sha256", "hmac-sha384", "hmac-sha512" */
    struct octets secret;
};

struct config_remote {
    const char *id;
    const char *address;          /* "192.0.2.2:53" */
    const struct config_key *key; /* NULL: none */
    bool tls;
    const char *tls_name; /* that the certificate must be for; NULL: not checked */
    const char *via;      /* source address; NULL: any */
};

enum config_action { ACTION_TRANSFER = 1, ACTION_UPDATE = 2, ACTION_NOTIFY = 4 };

struct config_acl {
    const char *id;
    struct address_prefix *prefix; /* none: any */
    unsigned prefix_count;
    const struct config_key **key;
    unsigned key_count; /* 0: with none or any */
    unsigned actions;
    bool deny;
};

struct config_template {
    const char *id;
    struct name *match; /* patterns (host/config/pattern.h); of `default`: none */
    unsigned match_count;
    const struct config_acl **acl; /* the first that fits decides; none: refused */
    unsigned acl_count;
    const struct config_remote **notify;
    unsigned notify_count;
    const char *catalog; /* NULL: none */
    const char *group;   /* NULL: none */
    bool dsync;
    unsigned journal;
};

struct config_api {
    const char *listen;
    const char *token;
    const char **allow;
    unsigned allow_count;
};

struct config_enclave {
    const char *program;
    const char *secret;
    unsigned patience;
};

struct config {
    struct config_server server;
    struct config_rate_limit rate_limit;
    enum config_level level;
    const char *resolver;
    struct config_key *key;
    unsigned key_count;
    struct config_remote *remote;
    unsigned remote_count;
    struct config_acl *acl;
    unsigned acl_count;
    struct config_template *template; /* at least one; the last is `default` */
    unsigned template_count;
    struct config_api api;
    struct guard_limits limits;
    unsigned zonemd_max;
    const char *store;
    struct config_enclave enclave;
};

/**
 * Read the file; what it does not set has its default, paths are made absolute, names of keys,
 * remotes and access lists are resolved. All of it lives in `region`.
 *
 * \param program  the default of enclave.program
 * \return SWORN_OK; SWORN_IO; SWORN_MALFORMED with line and cause
 */
SWORN_CHECK enum sworn_result config_read(const char *path, const char *program,
                                          struct region *region, struct config *config,
                                          struct reason *reason);

/** The same from the file's text. */
SWORN_CHECK enum sworn_result config_read_text(struct octets text, const char *path,
                                               const char *program, struct region *region,
                                               struct config *config, struct reason *reason);

/** The template of a zone: by its name, so that zones made at run time get theirs. */
const struct config_template *config_template_of(const struct config *config,
                                                 const struct name *apex);

/*
 * The configuration in force, shared by threads: SIGHUP puts another in its place, and one that is
 * held stays whole until it is let go.
 */
struct config_current;
struct config_held;

/** Take over `config`, whose memory is `region`'s; both are the holder's from now on. */
SWORN_CHECK enum sworn_result config_current_new(struct config *config, struct region *region,
                                                 struct config_current **current);
SWORN_CHECK enum sworn_result config_current_replace(struct config_current *current,
                                                     struct config *config, struct region *region);
void config_current_free(struct config_current *current);

/** Hold what is in force; config_of() it; let it go. Cheap, but not for each UDP query. */
struct config_held *config_hold(struct config_current *current);
const struct config *config_of(const struct config_held *held);
void config_let_go(struct config_held *held);

/**
 * Whether the zone's access list lets this client do this. `key` is the one that its message was
 * signed with and verified, or NULL. Loopback gets no exception.
 */
struct client_address;
bool config_allows(const struct config_template *settings, enum config_action action,
                   const struct client_address *client, const struct config_key *key);

#endif
