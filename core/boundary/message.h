/*
 * message.h - the messages that cross into the enclave and out of it, one table for both sides.
 *
 *   frame = u32 length of what follows ‖ u16 type ‖ u16 version (1) ‖ u64 id ‖ fields
 *   field = u8 | u16 | u32 | u64 | 32 octets | u32 length ‖ octets | u32 count ‖ count × (u32
 *   length ‖ octets)
 *
 * The host asks, the enclave answers with the same id; while it works on a request the enclave asks
 * the host for pages, values, blobs and sealed keys, with that id too. Decoding is strict: unknown
 * type, other version, fields that do not use up the frame are SWORN_MALFORMED.
 */
#ifndef SWORN_CORE_BOUNDARY_MESSAGE_H
#define SWORN_CORE_BOUNDARY_MESSAGE_H

#include "core/cursor/reader.h"
#include "core/cursor/region.h"
#include "core/cursor/writer.h"

#define FRAME_HEADER     16
#define FRAME_MAX        ((uint32_t)64 * 1024 * 1024)
#define BOUNDARY_VERSION 1

enum message_type {
    /* from the host */
    MESSAGE_HELLO = 1,
    MESSAGE_GENESIS = 2,
    MESSAGE_START = 3,
    MESSAGE_CREATE = 4,
    MESSAGE_UPDATE = 5,
    MESSAGE_REFRESH = 6,
    MESSAGE_STEP = 7,
    MESSAGE_EVIDENCE = 8,
    /* from the enclave, ending a request */
    MESSAGE_HELLO_REPLY = 32,
    MESSAGE_GENESIS_REPLY = 33,
    MESSAGE_STARTED = 34,
    MESSAGE_COMMITTED = 35,
    MESSAGE_ERROR = 36,
    MESSAGE_EVIDENCE_REPLY = 37,
    /* from the enclave within a request, and the host's answers */
    MESSAGE_NEED_PAGE = 64,
    MESSAGE_NEED_VALUE = 65,
    MESSAGE_NEED_BLOB = 66,
    MESSAGE_NEED_KEY = 67,
    MESSAGE_PAGES = 96,
    MESSAGE_OCTETS = 97, /* the value, blob or sealed key; or not there */
};

struct octets_list {
    uint32_t count;
    struct octets *items;
};

struct message_hello {
    uint32_t version; /* of the host's idea of the protocol, for messages to a person */
    /* What this server allows new policies at most; it can only refuse. */
    struct octets limits; /* of guards, as in a policy; empty: as much as the code allows */
    uint32_t zonemd_most; /* record sets of a zone that gets a ZONEMD */
};

struct message_hello_reply {
    uint8_t platform;      /* enum platform_code */
    struct octets version; /* of the program, text */
};

struct message_genesis {
    uint8_t reserved; /* 0 */
};

struct message_genesis_reply {
    struct octets sealed_log_key;
    struct octets log_public_key; /* 32 octets */
    struct octets checkpoint;     /* of the empty log */
};

/* What the last acknowledged commit left: see docs/boundary.md. */
struct message_start {
    struct octets sealed_log_key;
    struct octets log_public_key;
    struct octets checkpoint;
    struct octets peaks;     /* of the log at the checkpoint's size, n × 32 */
    struct octets entry;     /* the last one; empty for an empty log */
    struct octets inclusion; /* its path */
};

struct message_started {
    uint64_t size; /* entries in the log that it goes on from */
};

struct message_create {
    uint64_t time;
    struct octets apex; /* text, as hashed */
    struct hash guard;  /* fetched by hash */
    struct hash environment;
    struct octets policy;
    struct octets argument;
};

struct message_update {
    uint64_t time;
    struct hash zone_id;
    struct octets argument;
};

/* Sign these again. Keys name (owner, type), NSEC included; values, one for each key, spare the
 * enclave the asking:
   they are verified like any, and an empty one is asked for. */
struct message_refresh {
    uint64_t time;
    struct hash zone_id;
    struct octets_list keys;
    struct octets_list values;
};

struct message_step {
    uint64_t time;
    struct hash zone_id;
};

#define NONCE_MAX 64

struct message_evidence {
    struct octets nonce; /* at most NONCE_MAX octets */
};

struct message_evidence_reply {
    struct octets statement; /* text, see docs/boundary.md */
    struct octets signature; /* of it, by the log's key */
};

/*
 * A commit. Each of `sets` = u16 size ‖ key (name and type) ‖ u32 size ‖ value (empty: the set is
 * gone)
 *                            ‖ u16 count ‖ count × (u16 size ‖ RRSIG RDATA)
 * NSEC sets among them are in no tree; all others are what the zone tree changes by, or stay as
 * they are in it.
 * Each of `top` = u16 size ‖ key ‖ u32 size ‖ value (empty: removed).
 */
struct message_committed {
    struct octets entry;
    struct octets checkpoint;
    struct octets_list sets;
    struct octets_list top;
    uint8_t state_changed;
    struct octets state; /* guard state, when changed */
    uint8_t owner_changed;
    struct octets guard; /* new code and environment, when changed by update_owner() */
    struct octets environment;
    struct octets sealed_key; /* new zone key, sealed; else empty */
    uint8_t removed;          /* the zone ended */
    uint64_t fuel;
};

struct message_error {
    uint16_t result; /* enum sworn_result */
    uint16_t rcode;  /* DNS response code that the guard chose, 0xffff for none */
    struct octets message;
};

struct message_need_page {
    uint8_t kind; /* enum merkle_kind */
    struct hash zone_id;
    struct hash node;
    struct octets key; /* where the walk is headed */
};

/* Of `need value` alone: what a zone has behind the key, record sets with their RRSIGs, as many as
 * the host likes, none behind the last: octets = count × (u32 size ‖ one of a commit's sets). */
#define NEED_ROWS 3

struct message_need_value {
    uint8_t kind; /* enum merkle_kind, or NEED_ROWS */
    struct hash zone_id;
    struct octets key;
};

enum blob_role { BLOB_GUARD = 1, BLOB_ENVIRONMENT = 2, BLOB_STATE = 3 };

struct message_need_blob {
    uint8_t role;
    struct hash zone_id; /* zero while the zone is being created */
    struct hash hash;
};

struct message_need_key {
    uint8_t role; /* enum key_role */
    struct hash zone_id;
};

/* The page that was asked for, then such as lie on the way to the key. */
struct message_pages {
    struct octets_list pages;
};

struct message_octets {
    uint8_t present;
    struct octets octets;
};

struct frame {
    uint16_t type;
    uint64_t id;
    struct octets fields;
};

/** Bytes of a whole frame, without the length, to type, id and fields; SWORN_MALFORMED. */
SWORN_CHECK enum sworn_result frame_read(struct octets octets, struct frame *frame);

/**
 * Decode the fields of a message into its structure, lists into `region`; the rest borrows from
 * `fields`.
 *
 * \param size  sizeof the structure, checked against the table
 * \return SWORN_OK; SWORN_MALFORMED with the field's name; SWORN_NO_MEMORY
 */
SWORN_CHECK enum sworn_result message_read(uint16_t type, struct octets fields,
                                           struct region *region, void *message, size_t size,
                                           struct reason *reason);

/** Encode a whole frame, length first. SWORN_LIMIT past FRAME_MAX. */
SWORN_CHECK enum sworn_result message_write(uint16_t type, uint64_t id, const void *message,
                                            size_t size, struct writer *writer);

/** "update", "need page"; "unknown" for a type that is none. */
const char *message_name(uint16_t type);

/** Size of the message's structure; 0 for a type that is none. */
size_t message_size(uint16_t type);

/** One of a commit's sets, or of its top leaves. */
struct committed_set {
    struct octets key;
    struct octets value;
    struct octets_list rrsigs;
};

SWORN_CHECK enum sworn_result committed_set_read(struct octets octets, struct region *region,
                                                 struct committed_set *set);
SWORN_CHECK enum sworn_result committed_set_write(const struct committed_set *set,
                                                  struct writer *writer);

struct committed_leaf {
    struct octets key;
    struct octets value;
};

SWORN_CHECK enum sworn_result committed_leaf_read(struct octets octets,
                                                  struct committed_leaf *leaf);
SWORN_CHECK enum sworn_result committed_leaf_write(const struct committed_leaf *leaf,
                                                   struct writer *writer);

#endif
