/*
 * holders.c - see holders.h.
 */
#include "tests/unit/guards/holders.h"

#include <openssl/ec.h>
#include <openssl/ecdsa.h>

#define MESSAGE_MAX ((size_t)2 << 20)

void holders_begin(struct holders *holders, size_t count)
{
    assert_in_range(count, 1, HOLDERS_MAX);
    holders->count = count;
    for (size_t i = 0; i < count; i++) {
        holders->keys[i] = i % 2 == 0 ? EVP_PKEY_Q_keygen(NULL, NULL, "ED25519")
                                      : EVP_PKEY_Q_keygen(NULL, NULL, "EC", "P-256");
        assert_non_null(holders->keys[i]);
    }
}

void holders_end(struct holders *holders)
{
    for (size_t i = 0; i < holders->count; i++) {
        EVP_PKEY_free(holders->keys[i]);
    }
}

static bool is_ed25519(const EVP_PKEY *key)
{
    return EVP_PKEY_get_base_id(key) == EVP_PKEY_ED25519;
}

struct writer holders_set(const struct holders *holders, struct region *region)
{
    struct writer writer = writer_in(region, MESSAGE_MAX);

    assert_int_equal(write_u8(&writer, (uint8_t)holders->count), SWORN_OK);
    for (size_t i = 0; i < holders->count; i++) {
        bool edwards = is_ed25519(holders->keys[i]);
        unsigned char octets[65];
        size_t size = sizeof(octets);

        if (edwards) {
            assert_int_equal(EVP_PKEY_get_raw_public_key(holders->keys[i], octets, &size), 1);
        } else {
            assert_int_equal(EVP_PKEY_get_octet_string_param(holders->keys[i], "pub", octets,
                                                             sizeof(octets), &size),
                             1);
        }
        assert_int_equal(write_u8(&writer, edwards ? 1 : 2), SWORN_OK);
        assert_int_equal(write_octets(&writer, octets_of(octets, size)), SWORN_OK);
    }
    return writer;
}

struct writer operations(struct fixture *fixture)
{
    return writer_in(&fixture->region, MESSAGE_MAX);
}

void add(struct writer *operations, enum kind kind, struct octets octets)
{
    assert_int_equal(write_u8(operations, (uint8_t)kind), SWORN_OK);
    assert_int_equal(write_slice_u32(operations, octets), SWORN_OK);
}

void add_record(struct writer *operations, const char *json)
{
    add(operations, KIND_RECORD, octets_of_text(json));
}

struct octets message_of(struct fixture *fixture, struct octets operations)
{
    static const struct hash none;
    struct writer writer = writer_in(&fixture->region, MESSAGE_MAX);
    const struct guard_call *call = &fixture->call;

    assert_int_equal(write_octets(&writer, octets_of("sworn-update-v1", 16)), SWORN_OK);
    assert_int_equal(write_slice_u16(&writer, call->apex_text), SWORN_OK);
    assert_int_equal(write_hash(&writer, call->sequence == 0 ? &none : &call->zone_id), SWORN_OK);
    assert_int_equal(write_u64(&writer, call->sequence), SWORN_OK);
    assert_int_equal(write_octets(&writer, operations), SWORN_OK);
    return written(&writer);
}

/* DER to r ‖ s. */
static void raw_of_der(const unsigned char *der, size_t size, uint8_t signature[64])
{
    ECDSA_SIG *pair = d2i_ECDSA_SIG(NULL, &der, (long)size);

    assert_non_null(pair);
    assert_int_equal(BN_bn2binpad(ECDSA_SIG_get0_r(pair), signature, 32), 32);
    assert_int_equal(BN_bn2binpad(ECDSA_SIG_get0_s(pair), signature + 32, 32), 32);
    ECDSA_SIG_free(pair);
}

static void sign(EVP_PKEY *key, struct octets message, uint8_t signature[64])
{
    EVP_MD_CTX *context = EVP_MD_CTX_new();
    const EVP_MD *digest = is_ed25519(key) ? NULL : EVP_sha256();
    unsigned char octets[80];
    size_t size = sizeof(octets);

    assert_non_null(context);
    assert_int_equal(EVP_DigestSignInit(context, NULL, digest, NULL, key), 1);
    assert_int_equal(EVP_DigestSign(context, octets, &size, message.data, message.size), 1);
    EVP_MD_CTX_free(context);
    if (is_ed25519(key)) {
        memcpy(signature, octets, 64);
    } else {
        raw_of_der(octets, size, signature);
    }
}

struct octets signed_by(struct fixture *fixture, const struct holders *holders, unsigned who,
                        struct octets message)
{
    struct writer writer = writer_in(&fixture->region, MESSAGE_MAX);
    uint8_t signature[64];

    assert_int_equal(write_u8(&writer, (uint8_t)__builtin_popcount(who)), SWORN_OK);
    for (size_t i = 0; i < holders->count; i++) {
        if ((who >> i & 1) == 0) {
            continue;
        }
        sign(holders->keys[i], message, signature);
        assert_int_equal(write_u8(&writer, (uint8_t)i), SWORN_OK);
        assert_int_equal(write_octets(&writer, octets_of(signature, sizeof(signature))), SWORN_OK);
    }
    assert_int_equal(write_octets(&writer, message), SWORN_OK);
    return written(&writer);
}
