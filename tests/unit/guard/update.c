/*
 * update.c - see update.h.
 */
#include "tests/unit/guard/update.h"

#include "core/dns/rr.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>
#include <openssl/ec.h>

#define must(call) assert_int_equal((call), SWORN_OK)

void signer_new(struct signer *signer, uint8_t algorithm, const char *owner)
{
    uint8_t point[65];
    size_t size = sizeof(point);

    *signer = (struct signer){.algorithm = algorithm, .owner = owner};
    if (algorithm == 15) {
        signer->key = EVP_PKEY_Q_keygen(NULL, NULL, "ED25519");
        signer->public_size = 32;
        assert_int_equal(
            EVP_PKEY_get_raw_public_key(signer->key, signer->public_key, &signer->public_size), 1);
        return;
    }
    signer->key = EVP_PKEY_Q_keygen(NULL, NULL, "EC", "P-256");
    assert_int_equal(
        EVP_PKEY_get_octet_string_param(signer->key, "pub", point, sizeof(point), &size), 1);
    assert_int_equal(size, 65);
    memcpy(signer->public_key, point + 1, 64);
    signer->public_size = 64;
}

void signer_free(struct signer *signer)
{
    EVP_PKEY_free(signer->key);
}

static void write_name(struct writer *writer, const char *text)
{
    struct name name, origin;

    must(name_from_text(octets_of_text("demo.test."), NULL, &origin));
    must(name_from_text(octets_of_text(text), &origin, &name));
    must(write_octets(writer, name_octets(&name)));
}

static void write_key(const struct signer *signer, struct writer *rdata)
{
    must(write_u16(rdata, 0x0200)); /* of a host */
    must(write_u8(rdata, 3));
    must(write_u8(rdata, signer->algorithm));
    must(write_octets(rdata, octets_of(signer->public_key, signer->public_size)));
}

struct octets signer_record(const struct signer *signer, struct region *region)
{
    struct writer writer = writer_in(region, 4096);

    write_name(&writer, signer->owner);
    must(write_u16(&writer, RR_KEY));
    must(write_u16(&writer, CLASS_IN));
    must(write_u32(&writer, 3600));
    must(write_u16(&writer, (uint16_t)(4 + signer->public_size)));
    write_key(signer, &writer);
    return written(&writer);
}

uint16_t signer_tag(const struct signer *signer)
{
    uint8_t rdata[128];
    struct writer writer = writer_over(rdata, sizeof(rdata));
    uint32_t sum = 0;

    write_key(signer, &writer);
    for (size_t i = 0; i < writer.used; i++) {
        sum += i % 2 == 0 ? (uint32_t)rdata[i] << 8 : rdata[i];
    }
    return (uint16_t)(sum + (sum >> 16));
}

/* DER: 30 n 02 n r 02 n s */
static void raw_of_der(const uint8_t *der, uint8_t raw[64])
{
    const uint8_t *at = der + 2;

    memset(raw, 0, 64);
    for (size_t i = 0; i < 2; i++) {
        size_t size = at[1], skip = size > 32 ? size - 32 : 0;

        memcpy(raw + 32 * i + 32 - (size - skip), at + 2 + skip, size - skip);
        at += 2 + size;
    }
}

void signer_sign(const struct signer *signer, struct octets octets, uint8_t signature[64])
{
    EVP_MD_CTX *context = EVP_MD_CTX_new();
    uint8_t made[80];
    size_t size = sizeof(made);

    assert_int_equal(EVP_DigestSignInit(context, NULL,
                                        signer->algorithm == 15 ? NULL : EVP_sha256(), NULL,
                                        signer->key),
                     1);
    assert_int_equal(EVP_DigestSign(context, made, &size, octets.data, octets.size), 1);
    EVP_MD_CTX_free(context);
    if (signer->algorithm == 15) {
        memcpy(signature, made, 64);
        return;
    }
    raw_of_der(made, signature);
}

static void write_record(struct writer *writer, const char *owner, const char *ttl, uint16_t class,
                         const char *type, const char *data)
{
    struct name origin;
    size_t size_at;
    uint16_t code;

    must(name_from_text(octets_of_text("demo.test."), NULL, &origin));
    must(rr_code_from_text(octets_of_text(type), &code));
    write_name(writer, owner);
    must(write_u16(writer, code));
    must(write_u16(writer, class));
    must(write_u32(writer, (uint32_t)strtoul(ttl, NULL, 10)));
    size_at = writer->used;
    must(write_u16(writer, 0));
    if (strcmp(data, "-") != 0) {
        must(rdata_from_text(code, octets_of_text(data), &origin, writer, NULL));
    }
    must(write_u16_at(writer, size_at, (uint16_t)(writer->used - size_at - 2)));
}

/* One line; 1 for a prerequisite, 2 for an update. */
static unsigned write_line(struct writer *writer, char *line)
{
    char *word[6] = {0}, *rest = line;
    const char *kind;
    uint16_t class;
    size_t count = 0;

    /* Up to five words, what is left is the last. */
    while (count < 5 && rest != NULL && *rest != '\0') {
        word[count++] = strsep(&rest, " ");
        if ((strcmp(word[0], "add") == 0 && count == 4) ||
            (strcmp(word[0], "del") == 0 && count == 3) ||
            (strcmp(word[0], "yxrrset") == 0 && count == 3)) {
            break;
        }
    }
    word[count] = rest;
    kind = word[0];
    if (strcmp(kind, "yxdomain") == 0 || strcmp(kind, "nxdomain") == 0) {
        write_record(writer, word[1], "0", kind[0] == 'y' ? 255 : 254, "TYPE255", "-");
        return 1;
    }
    if (strcmp(kind, "nxrrset") == 0 || strcmp(kind, "yxrrset") == 0) {
        class = word[3] != NULL ? CLASS_IN : kind[0] == 'y' ? 255 : 254;
        write_record(writer, word[1], "0", class, word[2], word[3] != NULL ? word[3] : "-");
        return 1;
    }
    if (strcmp(kind, "add") == 0) {
        write_record(writer, word[1], word[2], CLASS_IN, word[3], word[4]);
        return 2;
    }
    if (strcmp(kind, "del") == 0) {
        class = word[3] != NULL ? 254 : 255;
        write_record(writer, word[1], "0", class, word[2] != NULL ? word[2] : "TYPE255",
                     word[3] != NULL ? word[3] : "-");
        return 2;
    }
    class = (uint16_t)strtoul(word[3], NULL, 10);
    write_record(writer, word[1], word[2], class, word[4], word[5]);
    return strcmp(kind, "pre") == 0 ? 1 : 2;
}

struct octets update_of(const char *zone, const char *lines, struct region *region)
{
    struct writer writer = writer_in(region, 1 << 20);
    uint16_t counts[4] = {1, 0, 0, 0};
    char *text, *line;

    must(region_text(region, octets_of_text(lines), &text));
    must(write_u16(&writer, 0x1234));
    must(write_u16(&writer, 5 << 11));
    for (size_t i = 0; i < 4; i++) {
        must(write_u16(&writer, 0));
    }
    write_name(&writer, zone);
    must(write_u16(&writer, RR_SOA));
    must(write_u16(&writer, CLASS_IN));
    while ((line = strsep(&text, "\n")) != NULL) {
        if (*line != '\0') {
            counts[write_line(&writer, line)]++;
        }
    }
    for (size_t i = 0; i < 4; i++) {
        must(write_u16_at(&writer, 4 + 2 * i, counts[i]));
    }
    return written(&writer);
}

struct octets update_signed(const struct signer *signer, struct octets message, struct times times,
                            struct region *region)
{
    struct writer rdata = writer_in(region, 1024), covered = writer_in(region, 2 << 20);
    struct writer writer = writer_in(region, 2 << 20);
    uint8_t signature[64];
    uint16_t count = (uint16_t)(message.data[10] << 8 | message.data[11]);

    must(write_u16(&rdata, 0));
    must(write_u8(&rdata, signer->algorithm));
    must(write_u8(&rdata, 0));
    must(write_u32(&rdata, 0));
    must(write_u32(&rdata, times.expiration));
    must(write_u32(&rdata, times.inception));
    must(write_u16(&rdata, signer_tag(signer)));
    write_name(&rdata, signer->owner);
    must(write_octets(&covered, written(&rdata)));
    must(write_octets(&covered, message));
    signer_sign(signer, written(&covered), signature);
    must(write_octets(&rdata, octets_of(signature, sizeof(signature))));

    must(write_octets(&writer, message));
    must(write_u16_at(&writer, 10, (uint16_t)(count + 1)));
    must(write_u8(&writer, 0));
    must(write_u16(&writer, RR_SIG));
    must(write_u16(&writer, 255));
    must(write_u32(&writer, 0));
    must(write_slice_u16(&writer, written(&rdata)));
    return written(&writer);
}
