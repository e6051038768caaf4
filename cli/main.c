/*
 * main.c - sworn, the owner's tool: the table of its commands, and what becomes of their results.
 */
#include <stdio.h>
#include <stdlib.h>

#include "cli/command.h"

#define SERVER_STANDARD "http://127.0.0.1:8053"

enum { EXIT_DONE = 0, EXIT_FAILED = 1, EXIT_USAGE = 2, EXIT_UNVERIFIED = 3 };

#define WORDS_MAX 2

struct command {
    const char *words[WORDS_MAX]; /* "zone", "create" */
    const char *synopsis;
    const char *summary;
    const char *help;
    struct option_rule rule;
    bool offline; /* asks no server */
    enum sworn_result (*run)(struct context *context);
};

#define BIT(name) OPTION_BIT(OPTION_##name)

/* What whoever owns a zone signs with, and what becomes of it. */
#define SIGNING (BIT(KEY) | BIT(SIGN_WITH) | BIT(MESSAGE_OUT) | BIT(ARGUMENT_OUT) | BIT(KEEP))

/* What a timelock wants besides. */
#define TIMED (BIT(ANNOUNCE) | BIT(EXECUTE))

#define TIMED_HELP                                                                                 \
    "  --announce        only announce it, to a zone with the guard timelock; --execute does "     \
    "what\n"                                                                                       \
    "                    was announced by the same options before\n"

#define SIGNING_SYNOPSIS "--key FILE... | --sign-with octets|text|typed"

#define SIGNING_HELP                                                                               \
    "  --key FILE        the owner's key; several times for a guard of several owners\n"           \
    "  --sign-with WHAT  somebody else signs: prints the octets, the text (personal_sign) or "     \
    "the\n"                                                                                        \
    "                    typed data (eth_signTypedData_v4) and reads the signature\n"              \
    "  --message-out FILE  what is to be signed goes there, as it is\n"                            \
    "  --argument-out FILE  nothing is sent: FILE gets the signed argument, or with --sign-with\n" \
    "                    the request, for 'sworn argument sign'\n"                                 \
    "  --keep FILE       what is known of the zone is kept beside it instead of beside the key\n"

static const struct command commands[] = {
    {
        {"key", "new"},
        "key new FILE [--type ed25519|p256|secp256k1]",
        "make an owner's key: FILE (0600, never overwritten) and FILE.pub",
        "  --type TYPE       ed25519 (standard), p256, or secp256k1 as Ethereum has it\n"
        "\n"
        "Who has FILE owns the zones made with it; without it they cannot be changed. Wherever a\n"
        "key file is wanted, one of OpenSSL (PEM) or ssh-keygen (Ed25519) will do as well.\n"
        "\n"
        "  sworn key new owner.key\n"
        "  sworn key new wallet.key --type secp256k1\n",
        {1, BIT(TYPE), 0, true},
        true,
        command_key_new,
    },
    {
        {"zone", "create"},
        "zone create APEX --guard NAME|FILE.wasm (" SIGNING_SYNOPSIS ")\n"
        "                    [--env FILE | --owner PUB... [--threshold M]]\n"
        "                    [--zonefile FILE | --ns NAME... | --argument FILE]\n"
        "                    [--algorithm 13|15] [--denial nsec|nsec3] [--cds] [--lifetime DAYS]\n"
        "                    [--limit NAME=NUMBER]...",
        "make a zone; prints its DS records once everything is verified",
        "  --guard GUARD     the code that decides about changes: a name of 'sworn guard list' "
        "or a file\n" SIGNING_HELP
        "  --env FILE        the guard's environment; without it, the public keys of --owner\n"
        "  --owner PUB...    in base64, as an address 0x..., as ssh-ed25519 ..., or files with\n"
        "                    one (for sig0: K*.key); without that, those of --key\n"
        "  --threshold M     how many of the owners have to sign (multisig)\n"
        "  --zonefile FILE   the first records, as a master file; or\n"
        "  --ns NAME...      the zone's name servers, by their whole names, and an SOA made for "
        "them\n"
        "  --algorithm N     of the zone's key: 13 (ECDSA P-256, standard) or 15 (Ed25519)\n"
        "  --denial KIND     how absence is shown: nsec (standard) or nsec3\n"
        "  --cds             publish CDS and CDNSKEY for the parent\n"
        "  --argument FILE   the first request, signed elsewhere, in place of records\n"
        "  --lifetime DAYS   of signatures, 1 to 14, standard 7\n"
        "  --limit NAME=N    what the guard may use: fuel, memory (pages of 64 KiB), code, ...\n"
        "\n"
        "A key of the guard sig0 is the K*.private of dnssec-keygen -T KEY -n HOST -a ED25519 "
        "NAME\n"
        "(or ECDSAP256SHA256).\n"
        "\n"
        "  sworn zone create example.com --guard ed25519 --key owner.key --ns ns1.example.net\n"
        "  sworn zone create example.com --guard ed25519 --key owner.key --zonefile zone.txt\n"
        "  sworn zone create example.com --guard multisig --owner a.pub b.pub c.pub \\\n"
        "      --threshold 2 --key a --key b --zonefile zone.txt\n"
        "  sworn zone create example.com --guard secp256k1 --owner 0xf39F... --sign-with text \\\n"
        "      --ns ns1.example.net\n",
        {1,
         BIT(ENV) | BIT(OWNER) | BIT(THRESHOLD) | BIT(ZONEFILE) | BIT(NS) | BIT(ALGORITHM) |
             BIT(DENIAL) | BIT(CDS) | BIT(LIFETIME) | BIT(LIMIT) | BIT(ARGUMENT) | SIGNING,
         BIT(GUARD), false},
        false,
        command_zone_create,
    },
    {
        {"zone", "list"},
        "zone list [--json]",
        "the zones that the server says it has; nothing of it is verified",
        "  --json            the same for programs\n"
        "\n"
        "  sworn zone list\n",
        {0, BIT(JSON), 0, true},
        false,
        command_zone_list,
    },
    {
        {"zone", "show"},
        "zone show APEX [--json] [--key FILE | --keep FILE]",
        "DS, keys, guard, serial, sequence and checkpoint, all verified",
        "  --json            the same for programs\n"
        "  --key FILE        compare with what is kept beside this key; or\n"
        "  --keep FILE       beside this one, where no key is on this machine\n"
        "\n"
        "  sworn zone show example.com\n",
        {1, BIT(JSON) | BIT(KEY) | BIT(KEEP), 0, true},
        false,
        command_zone_show,
    },
    {
        {"zone", "update"},
        "zone update APEX (" SIGNING_SYNOPSIS ")\n"
        "                    [--set 'NAME [TTL] TYPE DATA']... [--add ...]... [--remove 'NAME "
        "TYPE']...\n"
        "                    [--cancel HASH]... [--announce | --execute]\n"
        "sworn zone update APEX --argument FILE",
        "change a few records",
        "  --set RECORD      this record in place of all of its name and type\n"
        "  --add RECORD      this record beside those of its name and type\n"
        "  --remove RECORDS  all records of a name and type\n"
        "  --argument FILE   send a request that was signed before, or these octets as they are, "
        "as\n"
        "                    the guard's argument\n"
        "  --cancel HASH     what was announced to a timelock is not to be done\n" TIMED_HELP
            SIGNING_HELP "\n"
        "Names are relative to the zone; @ is the zone's own. All changes are one: done or not.\n"
        "\n"
        "  sworn zone update example.com --key owner.key --set 'www 300 A 192.0.2.1' \\\n"
        "      --add 'www A 192.0.2.2' --remove 'old CNAME'\n",
        {1, BIT(SET) | BIT(ADD) | BIT(REMOVE) | BIT(ARGUMENT) | BIT(CANCEL) | TIMED | SIGNING, 0,
         false},
        false,
        command_zone_update,
    },
    {
        {"zone", "sync"},
        "zone sync APEX FILE (" SIGNING_SYNOPSIS ")",
        "make the zone equal a master file, in as few requests as it fits",
        "Only the difference is sent. Records that the enclave makes itself (RRSIG, NSEC, DNSKEY\n"
        "and so on) and records outside the zone are left out, with a notice. The zone before and\n"
        "the zone after are checked against the certified roots.\n"
        "\n" SIGNING_HELP "\n"
        "  sworn zone sync example.com zone.txt --key owner.key\n",
        {2, SIGNING, 0, false},
        false,
        command_zone_sync,
    },
    {
        {"zone", "policy"},
        "zone policy APEX (" SIGNING_SYNOPSIS ")\n"
        "                    [--denial nsec|nsec3] [--lifetime DAYS] [--cds on|off|delete]\n"
        "                    [--zonemd on|off] [--limit NAME=NUMBER]...",
        "change what the owner chose for the zone",
        "  --denial KIND     how absence is shown; the change goes on by steps behind the zone\n"
        "  --lifetime DAYS   of signatures, 1 to 14\n"
        "  --cds MODE        CDS and CDNSKEY for the parent: on, off, or delete, the order to drop "
        "its DS\n"
        "  --zonemd MODE     a digest of the whole zone for those who transfer it: on or off\n"
        "  --limit NAME=N    what the guard may use: code, memory, stack, recursion, table, fuel,\n"
        "                    operations, changed, visited, environment, argument, "
        "state\n" TIMED_HELP SIGNING_HELP "\n"
        "What is not named stays. The guard decides, as about any change.\n"
        "\n"
        "  sworn zone policy example.com --key owner.key --denial nsec3\n",
        {1,
         BIT(DENIAL) | BIT(LIFETIME) | BIT(CDS_MODE) | BIT(ZONEMD) | BIT(LIMIT) | TIMED | SIGNING,
         0, false},
        false,
        command_zone_policy,
    },
    {
        {"zone", "remove"},
        "zone remove APEX (" SIGNING_SYNOPSIS ")",
        "end the zone, if its guard agrees; a tombstone stays in the log",
        TIMED_HELP SIGNING_HELP
        "\n"
        "There is no way back: its keys are destroyed. Take the DS out of the parent first, and\n"
        "wait until it has left the caches; else the name fails to validate everywhere.\n"
        "\n"
        "  sworn zone remove example.com --key owner.key\n",
        {1, TIMED | SIGNING, 0, false},
        false,
        command_zone_remove,
    },
    {
        {"zone", "export"},
        "zone export APEX [--signed] [--key FILE | --keep FILE]",
        "the verified zone as a master file",
        "  --signed          with RRSIG and NSEC or NSEC3, each verified\n"
        "  --key FILE        compare with what is kept beside this key; or\n"
        "  --keep FILE       beside this one, where no key is on this machine\n"
        "\n"
        "  sworn zone export example.com --signed > example.com.signed\n",
        {1, BIT(SIGNED) | BIT(KEY) | BIT(KEEP), 0, true},
        false,
        command_zone_export,
    },
    {
        {"owner", "change"},
        "owner change APEX (" SIGNING_SYNOPSIS ")\n"
        "                    --guard NAME|FILE.wasm [--env FILE | --owner PUB... [--threshold M]]",
        "hand the zone to other code or to another key",
        TIMED_HELP SIGNING_HELP
        "  --guard GUARD     the code that decides from now on; may be the same\n"
        "  --env FILE        its environment; or\n"
        "  --owner PUB...    the public keys of the new owners: base64, 0x..., or files\n"
        "  --threshold M     how many of them have to sign (multisig)\n"
        "\n"
        "  sworn owner change example.com --key old.key --guard ed25519 --owner new.key.pub\n",
        {1, BIT(ENV) | BIT(OWNER) | BIT(THRESHOLD) | TIMED | SIGNING, BIT(GUARD), false},
        false,
        command_owner_change,
    },
    {
        {"guard", "list"},
        "guard list",
        "the guards that are found here by name",
        "Names are looked for in $SWORN_GUARDS, in guards/ beside the folder of this program, and "
        "in\n"
        "/usr/share/sworn/guards.\n"
        "\n"
        "  sworn guard list\n",
        {0, 0, 0, true},
        true,
        command_guard_list,
    },
    {
        {"guard", "check"},
        "guard check NAME|FILE.wasm [--limit NAME=NUMBER]...",
        "what a guard consists of, and whether a zone would take it",
        "  --limit NAME=N    with another limit than the standard one: code, memory, stack,\n"
        "                    recursion, table, fuel, operations, changed, visited, environment,\n"
        "                    argument, state\n"
        "\n"
        "  sworn guard check motd.wasm\n"
        "  sworn guard check groth16 --limit fuel=1000000000\n",
        {1, BIT(LIMIT), 0, true},
        true,
        command_guard_check,
    },
    {
        {"guard", "run"},
        "guard run NAME|FILE.wasm --apex APEX [--zonefile FILE]\n"
        "                    [--env FILE | --owner PUB... [--threshold M]]\n"
        "                    [--argument FILE | --key FILE... [--set ...] [--add ...] [--remove "
        "...]]\n"
        "                    [--setup] [--sequence N] [--now SECONDS] [--zone-id HEX]\n"
        "                    [--state FILE] [--state-out FILE] [--limit NAME=NUMBER]... "
        "[--records]",
        "one call of a guard on this machine: operations, fuel, and the difference to the zone",
        "  --apex APEX       the zone's name\n"
        "  --zonefile FILE   its records before the call; without it there are none\n"
        "  --env FILE        the guard's environment; or as 'sworn zone create' makes it: from\n"
        "  --owner PUB...    public keys (--threshold M for multisig), or from those of --key\n"
        "  --argument FILE   what the guard is given, or a request of --argument-out; or\n"
        "  --key FILE        what this key signs: --set, --add and --remove as in 'zone update'\n"
        "  --setup           call setup(), not handle_update_request()\n"
        "  --sequence N      number of the request; standard that of the argument, or 0 for\n"
        "                    --setup, else 1\n"
        "  --now SECONDS     certified time; standard this machine's\n"
        "  --zone-id HEX     standard that of the argument\n"
        "  --state FILE      what earlier calls kept; --state-out FILE gets what it is afterwards\n"
        "  --limit NAME=N    with another limit than the standard one\n"
        "  --records         print all records of the zone afterwards\n"
        "\n"
        "  sworn guard run ed25519 --apex example.com --zonefile zone.txt --key owner.key \\\n"
        "      --set 'www A 192.0.2.1'\n"
        "  sworn guard run motd.wasm --apex example.com --env server --setup\n",
        {1,
         BIT(ZONEFILE) | BIT(ENV) | BIT(OWNER) | BIT(THRESHOLD) | BIT(ARGUMENT) | BIT(KEY) |
             BIT(SET) | BIT(ADD) | BIT(REMOVE) | BIT(SETUP) | BIT(SEQUENCE) | BIT(NOW) |
             BIT(ZONE_ID) | BIT(STATE) | BIT(STATE_OUT) | BIT(LIMIT) | BIT(RECORDS),
         BIT(APEX), false},
        true,
        command_guard_run,
    },
    {
        {"argument", "sign"},
        "argument sign FILE (--key KEY... | --signature SIG... | --sign-with octets|text|typed)",
        "sign a request that was kept with --sign-with and --argument-out",
        "  --key KEY         sign with this key\n"
        "  --signature SIG   take this signature, made elsewhere: in hex, in base64, or a file;\n"
        "                    64 octets, 65 of a wallet, or DER. Whose it is, and whether of the\n"
        "                    octets, the text or the typed data, is found by trying\n"
        "  --sign-with WHAT  print what is to be signed and read signatures\n"
        "  --message-out FILE  what is to be signed goes there, as it is\n"
        "\n"
        "Each signature is verified before FILE gets it. 'sworn zone update APEX --argument FILE'\n"
        "sends FILE once enough have signed.\n"
        "\n"
        "  sworn argument sign request --signature 0x5b1c...1c\n"
        "  sworn argument sign request --key second.key\n"
        "  openssl pkeyutl -sign -inkey key.pem -rawin -in message -out signature\n",
        {1, BIT(KEY) | BIT(SIGNATURE) | BIT(SIGN_WITH) | BIT(MESSAGE_OUT), 0, false},
        true,
        command_argument_sign,
    },
    {
        {"argument", "show"},
        "argument show FILE [--sign-with octets|text|typed [--message-out FILE]]\n"
        "                    [--argument-out FILE]",
        "what a request asks for, in words, and who has signed it",
        "  --sign-with WHAT  print what is to be signed instead\n"
        "  --message-out FILE  or write it there, as it is\n"
        "  --argument-out FILE  write the guard's argument, for other programs than sworn\n"
        "\n"
        "  sworn argument show request\n"
        "  sworn argument show request --sign-with octets --message-out message\n",
        {1, BIT(SIGN_WITH) | BIT(MESSAGE_OUT) | BIT(ARGUMENT_OUT), 0, true},
        true,
        command_argument_show,
    },
    {
        {"verify", NULL},
        "verify APEX [--key FILE | --keep FILE] [--dns ADDRESS:PORT] [--rebuild FOLDER]",
        "check all that can be checked about a zone, a line each; and say what cannot",
        "  --key FILE        compare with what is kept beside this key; or\n"
        "  --keep FILE       beside this one, where no key is on this machine\n"
        "  --dns ADDR:PORT   the name server to ask, standard 127.0.0.1:5300\n"
        "  --rebuild FOLDER  build the guards of this checkout of sworn and say which the zone's "
        "is\n"
        "\n"
        "  sworn verify example.com --key owner.key --dns 192.0.2.53:53\n",
        {1, BIT(KEY) | BIT(KEEP) | BIT(DNS) | BIT(REBUILD), 0, true},
        false,
        command_verify,
    },
    {
        {"relay", NULL},
        "relay APEX... --key FILE... --tsig KEY... [--listen ADDRESS:PORT]",
        "a name server for tools that change zones by DNS UPDATE with TSIG",
        "  --key FILE        the key of the zones' owner; several times for a guard of several "
        "owners\n"
        "  --tsig KEY        who may ask: a file of tsig-keygen, or NAME:ALGORITHM:FILE with the\n"
        "                    secret in base64 in FILE; ALGORITHM is hmac-sha256, -384 or -512\n"
        "  --listen ADDR:PORT  where, UDP and TCP, standard 127.0.0.1:5353\n"
        "\n"
        "Answers AXFR and single questions from verified records. Updates are evaluated here and\n"
        "signed with the owner's key. For certbot, octoDNS, external-dns, DNSControl, nsupdate.\n"
        "\n"
        "  tsig-keygen certbot > certbot.key\n"
        "  sworn relay example.com --key owner.key --tsig certbot.key\n",
        {1 | POSITIONALS_MORE, BIT(LISTEN), BIT(KEY) | BIT(TSIG), false},
        false,
        command_relay,
    },
};

#define COMMAND_COUNT (sizeof(commands) / sizeof(commands[0]))

static void print_help(FILE *out)
{
    (void)fputs("sworn - the domain owner's tool: it changes zones and believes nothing it has not "
                "verified\n\nsworn [--server URL] COMMAND ...      (standard " SERVER_STANDARD
                ", or $SWORN_SERVER)\n\n",
                out);
    for (size_t i = 0; i < COMMAND_COUNT; i++) {
        const char *second = commands[i].words[1] == NULL ? "" : commands[i].words[1];

        (void)fprintf(out, "  %s %-*s %s\n", commands[i].words[0],
                      (int)(14 - strlen(commands[i].words[0])), second, commands[i].summary);
    }
    (void)fputs("\n'sworn COMMAND --help' says more. Exit codes: 0 done, 1 refused or failed, 2 "
                "wrong usage,\n3 something that was shown does not verify.\n",
                out);
}

static void print_command_help(const struct command *command)
{
    (void)printf("sworn %s\n\n%s\n\n%s", command->synopsis, command->summary, command->help);
}

static int usage(const struct command *command, const char *why)
{
    (void)fprintf(stderr, "sworn: %s\n", why);
    if (command != NULL) {
        (void)fprintf(stderr, "usage: sworn %s\n", command->synopsis);
    } else {
        (void)fputs("'sworn --help' lists the commands\n", stderr);
    }
    return EXIT_USAGE;
}

/* The commands that begin with this word, for who has given no second one or a wrong one. */
static int unknown(const char *word)
{
    bool any = false;

    for (size_t i = 0; i < COMMAND_COUNT; i++) {
        if (strcmp(word, commands[i].words[0]) == 0) {
            (void)fprintf(stderr, any ? ", %s" : "sworn: it goes on with one of: %s",
                          commands[i].words[1]);
            any = true;
        }
    }
    if (any) {
        (void)fprintf(stderr, "\n'sworn %s COMMAND --help' says more\n", word);
        return EXIT_USAGE;
    }
    return usage(NULL, "there is no such command");
}

static const struct command *command_find(int count, char **words, int *used)
{
    for (size_t i = 0; i < COMMAND_COUNT; i++) {
        int size = commands[i].words[1] == NULL ? 1 : 2;

        if (count >= size && strcmp(words[0], commands[i].words[0]) == 0 &&
            (size == 1 || strcmp(words[1], commands[i].words[1]) == 0)) {
            *used = size;
            return &commands[i];
        }
    }
    return NULL;
}

/* A reason may quote a server or a guard: what would steer a terminal is not passed on. */
static void make_printable(struct reason *reason)
{
    for (char *at = reason->text; *at != '\0'; at++) {
        if ((unsigned char)*at < 0x20 || *at == 0x7F) {
            *at = '?';
        }
    }
}

static int exit_code(enum sworn_result result, struct reason *reason)
{
    if (result == SWORN_OK) {
        return EXIT_DONE;
    }
    make_printable(reason);
    (void)fflush(stdout);
    (void)fprintf(stderr, "sworn: %s\n",
                  reason->text[0] != '\0' ? reason->text : result_name(result));
    return result == SWORN_PROOF ? EXIT_UNVERIFIED : EXIT_FAILED;
}

static int command_run(const struct command *command, const struct options *options,
                       const char *server, struct region *region)
{
    struct reason reason = {{0}};
    struct context context = {.options = options, .region = region, .reason = &reason};
    enum sworn_result result = SWORN_OK;

    if (!command->offline) {
        result = server_open(server, region, &context.server, &reason);
    }
    if (result == SWORN_OK) {
        result = command->run(&context);
    }
    return context.usage ? usage(command, reason.text) : exit_code(result, &reason);
}

/* The server: --server before or after the command, the environment, the standard. */
static const char *server_of(const struct options *options, const char *before)
{
    const char *environment = getenv("SWORN_SERVER");

    if (options->value[OPTION_SERVER] != NULL) {
        return options->value[OPTION_SERVER];
    }
    if (before != NULL) {
        return before;
    }
    return environment != NULL && environment[0] != '\0' ? environment : SERVER_STANDARD;
}

static int run(int count, char **words, const char *server, struct region *region)
{
    const struct command *command;
    struct reason reason = {{0}};
    struct options options;
    int used = 0;

    command = command_find(count, words, &used);
    if (command == NULL) {
        return count == 0 ? usage(NULL, "a command is needed") : unknown(words[0]);
    }
    /* options_parse() skips one word, like the name of a program. */
    if (options_parse(count - used + 1, words + used - 1, &command->rule, region, &options,
                      &reason) != SWORN_OK) {
        return usage(command, reason.text);
    }
    if (option_given(&options, OPTION_HELP)) {
        print_command_help(command);
        return EXIT_DONE;
    }
    return command_run(command, &options, server_of(&options, server), region);
}

int main(int count, char **words)
{
    const char *server = NULL;
    struct region region;
    int at = 1, code;

    for (; at < count && words[at][0] == '-'; at++) {
        if (strcmp(words[at], "--help") == 0 || strcmp(words[at], "-h") == 0) {
            print_help(stdout);
            return EXIT_DONE;
        }
        if (strcmp(words[at], "--server") == 0 && at + 1 < count) {
            server = words[++at];
        } else if (strncmp(words[at], "--server=", 9) == 0) {
            server = words[at] + 9;
        } else {
            return usage(NULL, "before the command there is only --server URL");
        }
    }
    region_init(&region, SIZE_MAX / 2);
    code = run(count - at, words + at, server, &region);
    region_clear(&region);
    return code;
}
