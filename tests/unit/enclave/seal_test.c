/*
 * seal_test.c - a sealed key opens for what it was sealed for, and for nothing else.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "enclave/dnssec/signer.h"
#include "enclave/seal.h"

#include <string.h>

struct sealing {
    uint8_t secret[SEAL_SECRET_SIZE];
    struct seal_binding binding;
    uint8_t public_key[32];
    uint8_t plain[32];
    uint8_t sealed[SEAL_PLAIN_MAX + SEAL_OVERHEAD];
    size_t size;
};

static void sealing_begin(struct sealing *sealing)
{
    struct writer writer = writer_over(sealing->sealed, sizeof(sealing->sealed));

    memset(sealing, 0, sizeof(*sealing));
    memset(sealing->secret, 0x11, sizeof(sealing->secret));
    memset(&sealing->binding.log_id, 0x22, HASH_SIZE);
    memset(&sealing->binding.zone_id, 0x33, HASH_SIZE);
    memset(sealing->public_key, 0x44, sizeof(sealing->public_key));
    memset(sealing->plain, 0x55, sizeof(sealing->plain));
    sealing->binding.role = 1;
    sealing->binding.public_key = octets_of(sealing->public_key, sizeof(sealing->public_key));
    assert_int_equal(seal(sealing->secret, &sealing->binding,
                          octets_of(sealing->plain, sizeof(sealing->plain)), &writer),
                     SWORN_OK);
    sealing->size = writer.used;
}

static enum sworn_result open_it(const struct sealing *sealing)
{
    uint8_t plain[32];
    enum sworn_result result =
        unseal(sealing->secret, &sealing->binding, octets_of(sealing->sealed, sealing->size), plain,
               sizeof(plain));

    if (result == SWORN_OK) {
        assert_memory_equal(plain, sealing->plain, sizeof(plain));
    }
    return result;
}

static void a_sealed_key_opens(void **state)
{
    struct sealing sealing;

    (void)state;
    sealing_begin(&sealing);
    assert_int_equal(sealing.size, sizeof(sealing.plain) + SEAL_OVERHEAD);
    assert_int_equal(open_it(&sealing), SWORN_OK);
}

static void every_octet_of_what_is_sealed_counts(void **state)
{
    struct sealing sealing;

    (void)state;
    sealing_begin(&sealing);
    for (size_t i = 0; i < sealing.size; i++) {
        for (int change = 1; change < 256; change++) {
            sealing.sealed[i] ^= (uint8_t)change;
            assert_int_equal(open_it(&sealing), SWORN_PROOF);
            sealing.sealed[i] ^= (uint8_t)change;
        }
    }
    assert_int_equal(open_it(&sealing), SWORN_OK);
}

static void every_octet_of_the_secret_counts(void **state)
{
    struct sealing sealing;

    (void)state;
    sealing_begin(&sealing);
    for (size_t i = 0; i < sizeof(sealing.secret); i++) {
        sealing.secret[i] ^= 0x80;
        assert_int_equal(open_it(&sealing), SWORN_PROOF);
        sealing.secret[i] ^= 0x80;
    }
}

static void every_octet_of_the_binding_counts(void **state)
{
    struct sealing sealing;
    uint8_t *hashes[] = {sealing.binding.log_id.octets, sealing.binding.zone_id.octets,
                         sealing.public_key};

    (void)state;
    sealing_begin(&sealing);
    for (size_t which = 0; which < 3; which++) {
        for (size_t i = 0; i < HASH_SIZE; i++) {
            hashes[which][i] ^= 1;
            assert_int_equal(open_it(&sealing), SWORN_PROOF);
            hashes[which][i] ^= 1;
        }
    }
    sealing.binding.role = 0;
    assert_int_equal(open_it(&sealing), SWORN_PROOF);
    sealing.binding.role = 1;
    sealing.binding.anchor = 1;
    assert_int_equal(open_it(&sealing), SWORN_PROOF);
    sealing.binding.anchor = 0;
    sealing.binding.public_key.size--;
    assert_int_equal(open_it(&sealing), SWORN_PROOF);
    sealing.binding.public_key.size++;
    assert_int_equal(open_it(&sealing), SWORN_OK);
}

static void another_length_is_refused(void **state)
{
    struct sealing sealing;
    size_t whole;

    (void)state;
    sealing_begin(&sealing);
    whole = sealing.size;
    for (sealing.size = 0; sealing.size < sizeof(sealing.sealed); sealing.size++) {
        if (sealing.size != whole) {
            assert_int_equal(open_it(&sealing), SWORN_PROOF);
        }
    }
}

static void the_same_key_is_never_sealed_alike(void **state)
{
    struct sealing one, other;

    (void)state;
    sealing_begin(&one);
    sealing_begin(&other);
    assert_memory_not_equal(one.sealed, other.sealed, one.size);
}

/* The octets open, but the key in them is not that of the public key they are bound to. */
static void a_private_key_of_another_public_key_is_refused(void **state)
{
    static const uint8_t algorithms[] = {13, 15};
    uint8_t secret[SEAL_SECRET_SIZE] = {1}, plain[32] = {7}, memory[128];
    struct secrets secrets;
    struct signer signer, opened;

    (void)state;
    assert_int_equal(secrets_open(&secrets), SWORN_OK);
    for (size_t i = 0; i < 2; i++) {
        struct seal_binding binding = {.role = 1};
        struct writer sealed = writer_over(memory, sizeof(memory));

        assert_int_equal(signer_create(&secrets, algorithms[i], &signer), SWORN_OK);
        binding.public_key = octets_of(signer.public_key, signer.public_size);
        assert_int_equal(seal(secret, &binding, octets_of(plain, sizeof(plain)), &sealed),
                         SWORN_OK);
        assert_int_equal(
            signer_open(&secrets, algorithms[i], secret, &binding, written(&sealed), &opened),
            SWORN_PROOF);
        signer_close(&signer);
    }
    for (size_t i = 0; i < SECRET_SLOTS; i++) {
        assert_false(secrets.taken[i]);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_sealed_key_opens),
        cmocka_unit_test(every_octet_of_what_is_sealed_counts),
        cmocka_unit_test(every_octet_of_the_secret_counts),
        cmocka_unit_test(every_octet_of_the_binding_counts),
        cmocka_unit_test(another_length_is_refused),
        cmocka_unit_test(the_same_key_is_never_sealed_alike),
        cmocka_unit_test(a_private_key_of_another_public_key_is_refused),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
