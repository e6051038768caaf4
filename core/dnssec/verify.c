/*
 * verify.c - one RRSIG against one DNSKEY.
 *
 * P-256 by OpenSSL, which wants SEC 1 points and DER signatures where DNSSEC has bare coordinates
 * and numbers (RFC 6605 4). Ed25519 by libsodium, which refuses non-canonical and small-order
 * values: stricter than RFC 8032 must be, and nothing that is made here is of that kind.
 */
#include <openssl/core_names.h>
#include <openssl/evp.h>
#include <openssl/params.h>
#include <sodium.h>

#include "core/dns/rr.h"
#include "core/dnssec/dnssec.h"

#define P256_NUMBER  32
#define P256_KEY     (2 * P256_NUMBER)
#define P256_SIZE    (2 * P256_NUMBER)
#define DER_SEQUENCE 0x30
#define DER_INTEGER  0x02
#define DER_MAX      (2 + 2 * (2 + 1 + P256_NUMBER))

#define FLAG_ZONE_KEY   0x0100 /* RFC 4034 2.1.1 */
#define PROTOCOL_DNSSEC 3

struct dnskey {
    uint16_t flags;
    uint8_t protocol;
    uint8_t algorithm;
    struct octets public_key;
};

static enum sworn_result dnskey_read(struct octets rdata, struct dnskey *key)
{
    struct reader reader = reader_of(rdata);

    SWORN_TRY(read_u16(&reader, &key->flags));
    SWORN_TRY(read_u8(&reader, &key->protocol));
    SWORN_TRY(read_u8(&reader, &key->algorithm));
    key->public_key = read_rest(&reader);
    return SWORN_OK;
}

/** A DER INTEGER is as short as can be, and signed: 00 before a high bit. */
static enum sworn_result der_integer(struct octets number, struct writer *der)
{
    bool pad;

    while (number.size > 1 && number.data[0] == 0) {
        number = octets_of(number.data + 1, number.size - 1);
    }
    pad = (number.data[0] & 0x80) != 0;
    SWORN_TRY(write_u8(der, DER_INTEGER));
    SWORN_TRY(write_u8(der, (uint8_t)(number.size + (pad ? 1 : 0))));
    if (pad) {
        SWORN_TRY(write_u8(der, 0));
    }
    return write_octets(der, number);
}

/** r ‖ s as an ECDSA-Sig-Value (RFC 3279 2.2.3). */
static enum sworn_result der_signature(struct octets signature, struct writer *der)
{
    SWORN_TRY(write_u8(der, DER_SEQUENCE));
    SWORN_TRY(write_u8(der, 0));
    SWORN_TRY(der_integer(octets_of(signature.data, P256_NUMBER), der));
    SWORN_TRY(der_integer(octets_of(signature.data + P256_NUMBER, P256_NUMBER), der));
    der->start[1] = (uint8_t)(der->used - 2);
    return SWORN_OK;
}

/** NULL for what is no point of the curve. */
static EVP_PKEY *p256_key(struct octets public_key)
{
    uint8_t point[1 + P256_KEY] = {0x04};
    char group[] = "P-256";
    OSSL_PARAM params[] = {
        OSSL_PARAM_construct_utf8_string(OSSL_PKEY_PARAM_GROUP_NAME, group, 0),
        OSSL_PARAM_construct_octet_string(OSSL_PKEY_PARAM_PUB_KEY, point, sizeof(point)),
        OSSL_PARAM_construct_end(),
    };
    EVP_PKEY_CTX *context = EVP_PKEY_CTX_new_from_name(NULL, "EC", NULL);
    EVP_PKEY *key = NULL;

    memcpy(point + 1, public_key.data, P256_KEY);
    if (context != NULL && EVP_PKEY_fromdata_init(context) == 1 &&
        EVP_PKEY_fromdata(context, &key, EVP_PKEY_PUBLIC_KEY, params) != 1) {
        key = NULL;
    }
    EVP_PKEY_CTX_free(context);
    return key;
}

static enum sworn_result p256_verify(struct octets public_key, struct octets signature,
                                     struct octets octets)
{
    uint8_t buffer[DER_MAX];
    struct writer der = writer_over(buffer, sizeof(buffer));
    EVP_MD_CTX *context;
    EVP_PKEY *key;
    int valid = 0;

    SWORN_ENSURE(public_key.size == P256_KEY && signature.size == P256_SIZE, SWORN_PROOF);
    SWORN_TRY(der_signature(signature, &der));
    key = p256_key(public_key);
    SWORN_ENSURE(key != NULL, SWORN_PROOF);
    context = EVP_MD_CTX_new();
    if (context != NULL && EVP_DigestVerifyInit(context, NULL, EVP_sha256(), NULL, key) == 1) {
        valid = EVP_DigestVerify(context, der.start, der.used, octets.data, octets.size);
    }
    EVP_MD_CTX_free(context);
    EVP_PKEY_free(key);
    return valid == 1 ? SWORN_OK : SWORN_PROOF;
}

static enum sworn_result ed25519_verify(struct octets public_key, struct octets signature,
                                        struct octets octets)
{
    SWORN_ENSURE(public_key.size == crypto_sign_PUBLICKEYBYTES &&
                     signature.size == crypto_sign_BYTES,
                 SWORN_PROOF);
    SWORN_ENSURE(
        crypto_sign_verify_detached(signature.data, octets.data, octets.size, public_key.data) == 0,
        SWORN_PROOF);
    return SWORN_OK;
}

enum sworn_result rrsig_verify(struct octets rrsig_rdata, const struct rrset *rrset,
                               struct octets dnskey_rdata, struct region *scratch)
{
    struct writer octets = writer_in(scratch, SIZE_MAX / 2);
    struct dnskey key;
    struct rrsig rrsig;

    SWORN_TRY(rrsig_read(rrsig_rdata, &rrsig));
    SWORN_TRY(dnskey_read(dnskey_rdata, &key));
    /* RFC 4035 5.3.1, what does not depend on the time. */
    SWORN_ENSURE((key.flags & FLAG_ZONE_KEY) != 0 && key.protocol == PROTOCOL_DNSSEC, SWORN_PROOF);
    SWORN_ENSURE(rrsig.algorithm == key.algorithm && rrsig.key_tag == key_tag(dnskey_rdata),
                 SWORN_PROOF);
    SWORN_ENSURE(rrsig.type_covered == rrset->type && name_within(&rrset->owner, &rrsig.signer),
                 SWORN_PROOF);
    SWORN_TRY(rrsig_covered(&rrsig, rrset, scratch, &octets));
    if (rrsig.algorithm == ALGORITHM_P256) {
        return p256_verify(key.public_key, rrsig.signature, written(&octets));
    }
    SWORN_ENSURE(rrsig.algorithm == ALGORITHM_ED25519, SWORN_PROOF);
    return ed25519_verify(key.public_key, rrsig.signature, written(&octets));
}
