/*
 * fuzz_quic.c - arbitrary datagrams for connections over QUIC.
 *
 *   input = u8 how ‖ (u16 size ‖ octets)*
 *
 * how 0: each is a datagram. 1: each is the frames of an initial packet of one client, which is
 * protected here as RFC 9001 5 says, so that frames and the beginning of TLS are reached.
 */
#include <gnutls/abstract.h>
#include <gnutls/x509.h>
#include <openssl/evp.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "host/serve/quic/arrival.h"
#include "tests/fuzz/host/serve/served.h"

#define DATAGRAMS_MAX 16
#define PEM_MAX       4096
#define HEAD_SIZE     42 /* of the packet below, with its number */
#define TAG           16
#define FRAMES_MAX    (QUIC_INITIAL_MIN - HEAD_SIZE - TAG)

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* Those that follow from the client's first connection ID of RFC 9001 A.1. */
static const uint8_t packet_key[] = {0x1f, 0x36, 0x96, 0x13, 0xdd, 0x76, 0xd5, 0x46,
                                     0x77, 0x30, 0xef, 0xcb, 0xe3, 0xb1, 0xa2, 0x2d};
static const uint8_t packet_iv[] = {0xfa, 0x04, 0x4b, 0x2f, 0x42, 0xa3,
                                    0xfd, 0x3b, 0x46, 0xfb, 0x25, 0x5c};
static const uint8_t header_key[] = {0x9f, 0x50, 0x44, 0x9e, 0x04, 0xa0, 0xe8, 0x10,
                                     0x28, 0x3a, 0x1e, 0x99, 0x33, 0xad, 0xed, 0xd2};

struct fuzzed {
    struct quic_home home;
    struct quic_datagram datagram;
    struct quic_socket socket;
    struct listen_address address;
    EVP_CIPHER_CTX *cipher;
};

static void need(bool done)
{
    if (!done) {
        abort();
    }
}

static void write_file(char *path, const uint8_t *octets, size_t size)
{
    int fd = mkstemp(path);

    need(fd >= 0 && write(fd, octets, size) == (ssize_t)size);
    (void)close(fd);
}

/* A certificate made on the spot, through the files that a server has. */
static struct tls_keeper *keeper(void)
{
    char files[2][32] = {"/tmp/fuzz-quic-XXXXXX", "/tmp/fuzz-quic-XXXXXX"};
    uint8_t pem[2][PEM_MAX];
    size_t size[2] = {PEM_MAX, PEM_MAX};
    struct tls_keeper *keeper;
    struct reason reason;
    gnutls_x509_privkey_t key;
    gnutls_x509_crt_t crt;

    need(gnutls_x509_privkey_init(&key) == 0);
    need(gnutls_x509_crt_init(&crt) == 0);
    need(gnutls_x509_privkey_generate(key, GNUTLS_PK_ECDSA,
                                      GNUTLS_CURVE_TO_BITS(GNUTLS_ECC_CURVE_SECP256R1), 0) == 0);
    need(gnutls_x509_crt_set_version(crt, 3) == 0 && gnutls_x509_crt_set_key(crt, key) == 0);
    need(gnutls_x509_crt_set_serial(crt, "\1", 1) == 0);
    need(gnutls_x509_crt_set_activation_time(crt, 0) == 0);
    need(gnutls_x509_crt_set_expiration_time(crt, INT32_MAX) == 0);
    need(gnutls_x509_crt_sign2(crt, crt, key, GNUTLS_DIG_SHA256, 0) == 0);
    need(gnutls_x509_crt_export(crt, GNUTLS_X509_FMT_PEM, pem[0], &size[0]) == 0);
    need(gnutls_x509_privkey_export(key, GNUTLS_X509_FMT_PEM, pem[1], &size[1]) == 0);
    gnutls_x509_crt_deinit(crt);
    gnutls_x509_privkey_deinit(key);
    for (int i = 0; i < 2; i++) {
        write_file(files[i], pem[i], size[i]);
    }
    need(tls_keeper_new(files[0], files[1], NULL, &keeper, &reason) == SWORN_OK);
    (void)unlink(files[0]);
    (void)unlink(files[1]);
    return keeper;
}

static struct fuzzed *fuzzed_new(void)
{
    struct fuzzed *fuzzed = calloc(1, sizeof(*fuzzed));
    struct sockaddr_in *v4;

    need(fuzzed != NULL);
    need(quic_home_init(&fuzzed->home, served_desk(served_new(), keeper())) == SWORN_OK);
    fuzzed->cipher = EVP_CIPHER_CTX_new();
    need(fuzzed->cipher != NULL);
    v4 = (struct sockaddr_in *)&fuzzed->address.address;
    v4->sin_family = AF_INET;
    v4->sin_port = htons(853);
    fuzzed->address.size = sizeof(*v4);
    fuzzed->socket = (struct quic_socket){.address = &fuzzed->address, .fd = -1};
    return fuzzed;
}

static void deliver(struct fuzzed *fuzzed, const uint8_t *octets, size_t size)
{
    struct quic_datagram *datagram = &fuzzed->datagram;
    struct sockaddr_in *client = (struct sockaddr_in *)&datagram->remote;

    datagram->socket = &fuzzed->socket;
    datagram->local = fuzzed->address.address;
    datagram->local_size = fuzzed->address.size;
    client->sin_family = AF_INET;
    client->sin_port = htons(1024);
    datagram->remote_size = sizeof(*client);
    datagram->size = size;
    memcpy(datagram->octets, octets, size);
    quic_arrive(&fuzzed->home, datagram);
}

static void block(EVP_CIPHER_CTX *cipher, const uint8_t in[16], uint8_t out[16])
{
    int size;

    need(EVP_EncryptInit_ex(cipher, EVP_aes_128_ecb(), NULL, header_key, NULL) == 1);
    need(EVP_EncryptUpdate(cipher, out, &size, in, 16) == 1);
}

/* An initial packet with these frames, then padding: RFC 9000 17.2.2, RFC 9001 5.3 and 5.4. */
static void protect(struct fuzzed *fuzzed, uint8_t number, struct octets frames,
                    uint8_t packet[QUIC_INITIAL_MIN])
{
    /* flags, version, ID of the destination, of the source, no token, size of the rest, number */
    static const uint8_t head[HEAD_SIZE] =
        "\xc3\0\0\0\1\x08\x83\x94\xc8\xf0\x3e\x51\x57\x08\x14the quic fuzz client\0\x44\x8a";
    uint8_t plain[FRAMES_MAX] = {0};
    uint8_t nonce[sizeof(packet_iv)];
    uint8_t mask[16];
    int size;

    memcpy(plain, frames.data, frames.size);
    memcpy(packet, head, HEAD_SIZE);
    packet[HEAD_SIZE - 1] = number;
    memcpy(nonce, packet_iv, sizeof(nonce));
    nonce[sizeof(nonce) - 1] ^= number;
    need(EVP_EncryptInit_ex(fuzzed->cipher, EVP_aes_128_gcm(), NULL, packet_key, nonce) == 1);
    need(EVP_EncryptUpdate(fuzzed->cipher, NULL, &size, packet, HEAD_SIZE) == 1);
    need(EVP_EncryptUpdate(fuzzed->cipher, packet + HEAD_SIZE, &size, plain, FRAMES_MAX) == 1);
    need(EVP_EncryptFinal_ex(fuzzed->cipher, packet + HEAD_SIZE + size, &size) == 1);
    need(EVP_CIPHER_CTX_ctrl(fuzzed->cipher, EVP_CTRL_GCM_GET_TAG, TAG,
                             packet + QUIC_INITIAL_MIN - TAG) == 1);
    block(fuzzed->cipher, packet + HEAD_SIZE, mask);
    packet[0] ^= mask[0] & 0x0f;
    for (int i = 0; i < 4; i++) {
        packet[HEAD_SIZE - 4 + i] ^= mask[1 + i];
    }
}

static void send_frames(struct fuzzed *fuzzed, uint8_t number, struct octets frames)
{
    uint8_t packet[QUIC_INITIAL_MIN];

    frames.size = frames.size < FRAMES_MAX ? frames.size : FRAMES_MAX;
    protect(fuzzed, number, frames, packet);
    deliver(fuzzed, packet, sizeof(packet));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static struct fuzzed *fuzzed;
    struct reader reader = reader_of(octets_of(data, size));
    struct octets octets;
    uint8_t how;

    if (fuzzed == NULL) {
        fuzzed = fuzzed_new();
    }
    if (read_u8(&reader, &how) != SWORN_OK) {
        return 0;
    }
    for (uint8_t i = 0; i < DATAGRAMS_MAX && read_slice_u16(&reader, &octets) == SWORN_OK; i++) {
        if ((how & 1) != 0) {
            send_frames(fuzzed, i, octets);
        } else {
            deliver(fuzzed, octets.data, octets.size);
        }
    }
    if (fuzzed->home.oldest != NULL) {
        (void)quic_connection_expire(fuzzed->home.oldest);
    }
    quic_home_close(&fuzzed->home);
    need(fuzzed->home.due.count == 0 && fuzzed->home.handshaking == 0);
    return 0;
}
