/*
 * config_test.c - the configuration file: what it means, and what is said of one that is wrong.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

#include "host/config/config.h"

#define CAP ((size_t)16 * 1024 * 1024)

struct read_config {
    struct region region;
    struct config config;
    struct reason reason;
    enum sworn_result result;
};

static void read_text(struct read_config *read, const char *text)
{
    memset(read, 0, sizeof(*read));
    region_init(&read->region, CAP);
    read->result = config_read_text(octets_of_text(text), "/etc/sworn/swornd.yaml", "/lib/enclave",
                                    &read->region, &read->config, &read->reason);
}

static void read_good(struct read_config *read, const char *text)
{
    read_text(read, text);
    if (read->result != SWORN_OK) {
        fail_msg("not taken: %s", read->reason.text);
    }
}

static void name_of(const char *text, struct name *name)
{
    assert_int_equal(name_from_text(octets_of_text(text), NULL, name), SWORN_OK);
}

static void client_of(const char *text, struct client_address *client)
{
    struct address_prefix prefix;

    assert_int_equal(address_prefix_read(text, &prefix), SWORN_OK);
    *client = (struct client_address){.port = 5353};
    memcpy(client->octets, prefix.octets, sizeof(client->octets));
}

static const char whole[] =
    "server:\n"
    "  listen: [ \"192.0.2.1:53\", \"[2001:db8::1]:53\" ]\n"
    "  listen-tls: \"192.0.2.1:853\"\n"
    "  listen-https: []\n"
    "  listen-quic: [ \"192.0.2.1:853\" ]\n"
    "  certificate: tls.crt\n"
    "  private-key: /keys/tls.key\n"
    "  proxy: [ \"198.51.100.0/24\" ]\n"
    "  threads: 3\n"
    "  user: sworn\n"
    "  identity: ns1\n"
    "  version: \"\"\n"
    "  nsid: ns1.example\n"
    "  cookies: yes\n"
    "  cookie-secrets: [ \"000102030405060708090a0b0c0d0e0f\" ]\n"
    "  error-agent: report.example.\n"
    "  tcp-connections: 100\n"
    "  tcp-client: 5\n"
    "  tcp-idle: 7\n"
    "rate-limit: { responses: 0, slip: 3, exempt: [], updates: 4 }\n"
    "log: { level: debug }\n"
    "resolver: \"192.0.2.53:53\"\n"
    "template:\n"
    "  - id: default\n"
    "    journal: 7\n"
    "  - { id: customers, match: [ \"*.example.\", \"a.*.test.\" ], acl: [ no, lan ],\n"
    "      notify: s1, catalog: catalog.example., group: g, dsync: true }\n"
    "acl:\n"
    "  - { id: no, addresses: [ 192.0.2.66 ], actions: [ transfer, update ], deny: true }\n"
    "  - { id: lan, addresses: [ 192.0.2.0/24, \"2001:db8::/32\" ], keys: k1.,\n"
    "      actions: transfer }\n"
    "remotes:\n"
    "  - { id: s1, address: \"192.0.2.2:53\", key: K1, tls: true, tls-name: ns.example, via: \"\" "
    "}\n"
    "keys:\n"
    "  - { id: k1., algorithm: hmac-sha512, secret: \"AAECAwQFBgcICQoLDA0ODw==\" }\n"
    "api: { listen: \"[::1]:8053\", token: \"0123456789abcdef\", allow: [ 192.0.2.0/24 ] }\n"
    "store: /var/lib/sworn/store\n"
    "limits: { guard-fuel: 4000000000, guard-code: 65536, guard-state: 0, zonemd-max: 5000 }\n"
    "enclave: { program: \"unix:/run/enclave\", secret: s.key, patience: 20 }\n";

static void every_key_is_taken(void **state)
{
    struct read_config read;
    const struct config *config = &read.config;

    (void)state;
    read_good(&read, whole);
    assert_int_equal(config->server.listen.count, 2);
    assert_string_equal(config->server.listen.item[1], "[2001:db8::1]:53");
    assert_int_equal(config->server.listen_tls.count, 1);
    assert_string_equal(config->server.certificate, "/etc/sworn/tls.crt");
    assert_string_equal(config->server.private_key, "/keys/tls.key");
    assert_null(config->server.version);
    assert_string_equal(config->server.identity, "ns1");
    assert_int_equal(config->server.cookie_secrets.count, 1);
    assert_int_equal(config->server.tcp_idle, 7);
    assert_int_equal(config->rate_limit.responses, 0);
    assert_int_equal(config->rate_limit.exempt.count, 0);
    assert_int_equal(config->level, LEVEL_DEBUG);
    assert_int_equal(config->key[0].secret.size, 16);
    assert_string_equal(config->key[0].algorithm, "hmac-sha512");
    assert_ptr_equal(config->remote[0].key, &config->key[0]);
    assert_null(config->remote[0].via);
    assert_ptr_equal(config->acl[1].key[0], &config->key[0]);
    assert_int_equal(config->template_count, 2);
    assert_string_equal(config->template[0].id, "customers");
    assert_ptr_equal(config->template[0].notify[0], &config->remote[0]);
    assert_int_equal(config->template[0].journal, 1024);
    assert_string_equal(config->template[1].id, "default");
    assert_int_equal(config->template[1].journal, 7);
    assert_string_equal(config->api.allow[0], "192.0.2.0/24");
    assert_true(config->limits.fuel == 4000000000 && config->limits.state == 0);
    assert_int_equal(config->limits.code, 65536);
    assert_int_equal(config->zonemd_max, 5000);
    assert_string_equal(config->enclave.program, "unix:/run/enclave");
    assert_string_equal(config->enclave.secret, "/etc/sworn/s.key");
    region_clear(&read.region);
}

static void an_empty_file_has_every_default(void **state)
{
    static const char *const empty[] = {"", "# nothing\n", "server:\napi:\n", "{}\n"};

    (void)state;
    for (size_t i = 0; i < sizeof(empty) / sizeof(empty[0]); i++) {
        struct guard_limits most;
        struct read_config read;

        guard_limits_most(&most);
        read_good(&read, empty[i]);
        assert_int_equal(guard_limits_within(&most, &read.config.limits, NULL, NULL), SWORN_OK);
        assert_int_equal(read.config.zonemd_max, 100000);
        assert_string_equal(read.config.server.listen.item[0], "127.0.0.1:5300");
        assert_string_equal(read.config.server.listen.item[1], "[::1]:5300");
        assert_null(read.config.server.certificate);
        assert_null(read.config.server.user);
        assert_true(read.config.server.cookies);
        assert_int_equal(read.config.server.tcp_connections, 4096);
        assert_int_equal(read.config.rate_limit.responses, 200);
        assert_int_equal(read.config.rate_limit.exempt.count, 2);
        assert_int_equal(read.config.level, LEVEL_INFO);
        assert_int_equal(read.config.template_count, 1);
        assert_string_equal(read.config.api.listen, "127.0.0.1:8053");
        assert_string_equal(read.config.store, "/etc/sworn/store");
        assert_string_equal(read.config.enclave.program, "/lib/enclave");
        assert_string_equal(read.config.enclave.secret, "/etc/sworn/process.key");
        assert_int_equal(read.config.enclave.patience, 120);
        region_clear(&read.region);
    }
}

static void what_is_wrong_is_named_with_its_line(void **state)
{
    static const struct {
        const char *text, *line, *cause;
    } cases[] = {
        {"server:\n  listen: [ \"a:53\" ]\n", ":2:", "\"a:53\" is not an address"},
        {"server:\n  threads: many\n", ":2:", "\"many\" is not a number"},
        {"server:\n  threads: -1\n", ":2:", "\"-1\" is not a number"},
        {"server:\n  threads: 99999999999\n", ":2:", "is not a number"},
        {"server:\n  threads: [ 1 ]\n", ":2:", "one value is expected"},
        {"server:\n  listne: []\n", ":2:", "unknown key \"listne\""},
        {"server:\n  threads: 1\n  threads: 2\n", ":3:", "\"threads\" is there twice"},
        {"sever: {}\n", ":1:", "unknown key \"sever\""},
        {"store: a\n\nstore: b\n", ":3:", "\"store\" is there twice"},
        {"server: 5\n", ":1:", "\"key: value\" is expected"},
        {"- server\n", ":1:", "\"key: value\" is expected"},
        {"server: [\n", ":2:", "no YAML"},
        {"server:\n\t- x\n", ":2:", "no YAML"},
        {"store: a\n---\nstore: b\n", "", "a second document"},
        {"store: \"a\\0b\"\n", ":1:", "zero octet"},
        {"server:\n  listen: []\n", ":", "no address to listen at"},
        {"server:\n  listen-tls: [ \"127.0.0.1:853\" ]\n", ":2:", "need a certificate"},
        {"server:\n  certificate: a\n  private-key: b\n", ":2:", "no listen-tls"},
        {"server:\n  listen-tls: [ \"127.0.0.1:853\" ]\n  certificate: a\n",
         ":2:", "certificate and private-key go together"},
        {"server:\n  cookies: maybe\n", ":2:", "neither true nor false"},
        {"server:\n  cookie-secrets: [ \"00\" ]\n", ":2:", "32 hex digits"},
        {"server:\n  error-agent: \"a..b\"\n", ":2:", "no domain name"},
        {"server:\n  proxy: [ 192.0.2.0/33 ]\n", ":2:", "neither an address nor a prefix"},
        {"log: { level: loud }\n", ":1:", "\"loud\" is none of"},
        {"resolver: 127.0.0.1\n", ":1:", "not an address with a port"},
        {"api:\n  token: short\n", ":2:", "shorter than 16"},
        {"keys:\n  - { id: a, secret: \"AAECAwQFBgcICQoLDA0ODw==\" }\n"
         "  - { id: A., secret: \"AAECAwQFBgcICQoLDA0ODw==\" }\n",
         ":3:", "two entries have the id"},
        {"keys:\n  - { id: a, secret: \"AAEC\" }\n", ":2:", "at least 16"},
        {"keys:\n  - { id: a, secret: \"!\" }\n", ":2:", "not base64"},
        {"keys:\n  - { id: a }\n", ":2:", "one of secret and secret-file"},
        {"keys:\n  - { secret: \"AAECAwQFBgcICQoLDA0ODw==\" }\n", ":2:", "without id"},
        {"keys:\n  - { id: a, algorithm: hmac-md5, secret: \"AAECAwQFBgcICQoLDA0ODw==\" }\n",
         ":2:", "\"hmac-md5\" is none of"},
        {"keys:\n  - { id: a, secret-file: /nowhere/at/all }\n", ":2:", "cannot be read"},
        {"remotes:\n  - { id: s, address: \"192.0.2.1:53\", key: k }\n",
         ":2:", "there is no key \"k\""},
        {"remotes:\n  - { id: s, address: \"192.0.2.1:0\" }\n", ":2:", "not an address"},
        {"remotes:\n  - { id: s }\n", ":2:", "s has no address"},
        {"remotes:\n  - { id: s, address: \"192.0.2.1:53\", tls-name: a }\n", ":2:", "tls: true"},
        {"remotes:\n  - s\n", ":2:", "\"key: value\" is expected"},
        {"acl:\n  - { id: a, actions: [ look ] }\n", ":2:", "\"look\" is none of"},
        {"acl:\n  - { id: a }\n", ":2:", "a has no actions"},
        {"acl:\n  - { id: a, keys: [ k ], actions: transfer }\n", ":2:", "there is no key"},
        {"acl:\n  - { id: a, keys: [], actions: transfer }\n", ":2:", "a: no keys are in"},
        {"acl:\n  - { id: a, addresses: , actions: transfer }\n", ":2:", "a: no addresses are"},
        {"template:\n  - { id: default, acl: [ a ] }\n", ":2:", "there is no acl \"a\""},
        {"template:\n  - { id: default, notify: [ a ] }\n", ":2:", "there is no remote \"a\""},
        {"template:\n  - id: a\n", ":2:", "matches nothing"},
        {"template:\n  - { id: a, match: \"ex*.org\" }\n", ":2:", "no pattern of names"},
        {"template:\n  - { id: default, match: \"*.\" }\n", ":2:", "it has no \"match\""},
        {"template:\n  - { id: default, group: g }\n", ":2:", "a group, but no catalog"},
        {"template:\n  - id: default\n  - id: default\n", ":3:", "two entries"},
        {"enclave:\n  patience: 0\n", ":2:", "between 1 and"},
        {"limits:\n  guard-code: 4194305\n", ":2:", "between 1 and 4194304"},
        {"limits:\n  guard-changed: 4\n", ":2:", "between 5 and 4096"},
        {"limits:\n  guard-fuel: 4294967297\n", ":2:", "between 1 and 4294967296"},
        {"limits:\n  guard-fuel: 0\n", ":2:", "between 1 and 4294967296"},
        {"limits:\n  zonemd-max: -1\n", ":2:", "not a number between 0 and"},
        {"limits:\n  guard-colour: 1\n", ":2:", "unknown key \"guard-colour\""},
    };

    (void)state;
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        struct read_config read;
        char place[64];

        read_text(&read, cases[i].text);
        (void)snprintf(place, sizeof(place), "/etc/sworn/swornd.yaml%s", cases[i].line);
        if (read.result != SWORN_MALFORMED || strstr(read.reason.text, place) == NULL ||
            strstr(read.reason.text, cases[i].cause) == NULL) {
            fail_msg("for\n%sexpected %s … %s\ngot      %s", cases[i].text, place, cases[i].cause,
                     read.result == SWORN_OK ? "(taken)" : read.reason.text);
        }
        region_clear(&read.region);
    }
}

static void a_zone_gets_the_first_template_that_matches_its_name(void **state)
{
    static const struct {
        const char *apex, *template;
    } cases[] = {
        {"www.example.", "low"},  {"a.b.EXAMPLE.", "low"},   {"example.", "exact"},
        {"a.x.test.", "mid"},     {"a.x.y.test.", "mid"},    {"b.x.test.", "default"},
        {"a.test.", "default"},   {"org.", "default"},       {".", "default"},
        {"a.a.test.", "mid"},     {"x.example.net.", "any"}, {"example.net.", "default"},
        {"aexample.", "default"},
    };
    struct read_config read;

    (void)state;
    read_good(&read, "template:\n"
                     "  - { id: default }\n"
                     "  - { id: low, match: [ \"*.example\" ] }\n"
                     "  - { id: exact, match: [ \"Example.\", \"www.example.\" ] }\n"
                     "  - { id: mid, match: [ \"a.*.test.\" ] }\n"
                     "  - { id: any, match: [ \"*.*.net.\" ] }\n");
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        const struct config_template *found;
        struct name apex;

        name_of(cases[i].apex, &apex);
        found = config_template_of(&read.config, &apex);
        if (strcmp(found->id, cases[i].template) != 0) {
            fail_msg("%s got %s, not %s", cases[i].apex, found->id, cases[i].template);
        }
    }
    region_clear(&read.region);
}

static void the_first_entry_that_fits_decides_and_none_refuses(void **state)
{
    struct read_config read;
    const struct config_template *settings;
    const struct config_key *key;
    struct config_key other;
    struct client_address client;
    struct name apex;

    (void)state;
    read_good(&read, whole);
    name_of("www.example.", &apex);
    settings = config_template_of(&read.config, &apex);
    key = &read.config.key[0];
    client_of("192.0.2.7", &client);
    assert_true(config_allows(settings, ACTION_TRANSFER, &client, key));
    assert_false(config_allows(settings, ACTION_TRANSFER, &client, NULL));
    assert_false(config_allows(settings, ACTION_UPDATE, &client, key));
    other = *key;
    name_of("k2.", &other.name);
    assert_false(config_allows(settings, ACTION_TRANSFER, &client, &other));
    client_of("192.0.2.66", &client);
    assert_false(config_allows(settings, ACTION_TRANSFER, &client, key));
    client_of("2001:db8:ffff::1", &client);
    assert_true(config_allows(settings, ACTION_TRANSFER, &client, key));
    client_of("127.0.0.1", &client);
    assert_false(config_allows(settings, ACTION_TRANSFER, &client, key));
    name_of("elsewhere.", &apex);
    client_of("192.0.2.7", &client);
    assert_false(
        config_allows(config_template_of(&read.config, &apex), ACTION_TRANSFER, &client, key));
    region_clear(&read.region);
}

static void a_configuration_that_is_held_outlives_its_successor(void **state)
{
    struct read_config one, two;
    struct config_current *current;
    struct config_held *held, *newer;

    (void)state;
    read_good(&one, "server:\n  identity: one\n");
    read_good(&two, "server:\n  identity: two\n");
    assert_int_equal(config_current_new(&one.config, &one.region, &current), SWORN_OK);
    held = config_hold(current);
    assert_int_equal(config_current_replace(current, &two.config, &two.region), SWORN_OK);
    newer = config_hold(current);
    assert_string_equal(config_of(held)->server.identity, "one");
    assert_string_equal(config_of(newer)->server.identity, "two");
    config_let_go(newer);
    config_current_free(current);
    assert_string_equal(config_of(held)->server.identity, "one");
    config_let_go(held);
    region_clear(&one.region);
    region_clear(&two.region);
}

static void prefixes_reach_to_their_last_bit(void **state)
{
    static const char *const bad[] = {
        "",       "/8",          "1.2.3",      "1.2.3.4/",    "1.2.3.4/33",
        "::/129", "1.2.3.4/-1",  "1.2.3.4/+1", "1.2.3.4/0x1", "1.2.3.4 /8",
        "[::1]",  "1.2.3.4/8/8", "host"};
    struct client_address client;
    struct address_prefix prefix;

    (void)state;
    for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
        assert_int_equal(address_prefix_read(bad[i], &prefix), SWORN_MALFORMED);
    }
    assert_int_equal(address_prefix_read("10.0.0.0/9", &prefix), SWORN_OK);
    client_of("10.127.255.255", &client);
    assert_true(address_prefix_holds(&prefix, client.octets));
    client_of("10.128.0.0", &client);
    assert_false(address_prefix_holds(&prefix, client.octets));
    assert_int_equal(address_prefix_read("0.0.0.0/0", &prefix), SWORN_OK);
    assert_true(address_prefix_holds(&prefix, client.octets));
    client_of("2001:db8::1", &client);
    assert_false(address_prefix_holds(&prefix, client.octets));
}

static void prefixes_of_ipv6_hold_no_ipv4(void **state)
{
    static const struct {
        const char *prefix;
        bool ipv4, ipv6;
    } cases[] = {
        {"::/0", false, true},
        {"::/80", false, false},
        {"::ffff:0:0/95", false, false},
        {"::ffff:0:0/96", true, false},
        {"::ffff:10.0.0.0/104", true, false},
    };
    struct client_address four, six;
    struct address_prefix prefix;

    (void)state;
    client_of("10.1.2.3", &four);
    client_of("2001:db8::1", &six);
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        assert_int_equal(address_prefix_read(cases[i].prefix, &prefix), SWORN_OK);
        assert_int_equal(address_prefix_holds(&prefix, four.octets), cases[i].ipv4);
        assert_int_equal(address_prefix_holds(&prefix, six.octets), cases[i].ipv6);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_key_is_taken),
        cmocka_unit_test(an_empty_file_has_every_default),
        cmocka_unit_test(what_is_wrong_is_named_with_its_line),
        cmocka_unit_test(a_zone_gets_the_first_template_that_matches_its_name),
        cmocka_unit_test(the_first_entry_that_fits_decides_and_none_refuses),
        cmocka_unit_test(a_configuration_that_is_held_outlives_its_successor),
        cmocka_unit_test(prefixes_reach_to_their_last_bit),
        cmocka_unit_test(prefixes_of_ipv6_hold_no_ipv4),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
