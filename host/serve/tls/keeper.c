/*
 * keeper.c - certificate files and the identities made of them; see keeper.h.
 */
#include "host/serve/tls/keeper.h"

#include <gnutls/x509.h>
#include <pthread.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>

#include "core/cursor/octets.h"
#include "host/log.h"

#define LOOK_SECONDS 2
#define KEY_ID_MAX   32

struct tls_identity {
    unsigned holders;
    gnutls_certificate_credentials_t credentials;
};

/* What changes about a file when it is replaced or written. */
struct stamp {
    dev_t device;
    ino_t inode;
    off_t size;
    struct timespec modified;
};

struct tls_keeper {
    struct log *log;
    char *certificate;
    char *private_key;
    gnutls_datum_t ticket_key;
    pthread_mutex_t lock; /* over what follows */
    struct tls_identity *identity;
    struct stamp stamp[2];
    time_t looked;
};

static struct stamp stamp_of(const char *path)
{
    struct stat status;
    struct stamp stamp;

    memset(&stamp, 0, sizeof(stamp));
    if (stat(path, &status) == 0) {
        stamp.device = status.st_dev;
        stamp.inode = status.st_ino;
        stamp.size = status.st_size;
        stamp.modified = status.st_mtim;
    }
    return stamp;
}

static bool same_stamp(const struct stamp *a, const struct stamp *b)
{
    return a->device == b->device && a->inode == b->inode && a->size == b->size &&
           a->modified.tv_sec == b->modified.tv_sec && a->modified.tv_nsec == b->modified.tv_nsec;
}

static void identity_free(struct tls_identity *identity)
{
    gnutls_certificate_free_credentials(identity->credentials);
    free(identity);
}

/* Whether the first certificate is the key's: an error of GnuTLS. */
static int check_pair(const struct tls_identity *identity)
{
    uint8_t id[2][KEY_ID_MAX];
    size_t size[2] = {KEY_ID_MAX, KEY_ID_MAX};
    gnutls_x509_crt_t *certificates;
    gnutls_x509_privkey_t key;
    unsigned count;
    int error = gnutls_certificate_get_x509_key(identity->credentials, 0, &key);

    if (error < 0) {
        return error;
    }
    error = gnutls_x509_privkey_get_key_id(key, GNUTLS_KEYID_USE_SHA256, id[0], &size[0]);
    gnutls_x509_privkey_deinit(key);
    if (error < 0) {
        return error;
    }
    error = gnutls_certificate_get_x509_crt(identity->credentials, 0, &certificates, &count);
    if (error < 0) {
        return error;
    }
    error = gnutls_x509_crt_get_key_id(certificates[0], GNUTLS_KEYID_USE_SHA256, id[1], &size[1]);
    for (unsigned i = 0; i < count; i++) {
        gnutls_x509_crt_deinit(certificates[i]);
    }
    gnutls_free(certificates);
    if (error < 0) {
        return error;
    }
    return octets_equal(octets_of(id[0], size[0]), octets_of(id[1], size[1]))
               ? GNUTLS_E_SUCCESS
               : GNUTLS_E_CERTIFICATE_KEY_MISMATCH;
}

static enum sworn_result identity_read(const struct tls_keeper *keeper, struct tls_identity **made,
                                       struct reason *reason)
{
    struct tls_identity *identity = calloc(1, sizeof(*identity));
    int error;

    SWORN_ENSURE(identity != NULL, SWORN_NO_MEMORY);
    identity->holders = 1;
    if (gnutls_certificate_allocate_credentials(&identity->credentials) != GNUTLS_E_SUCCESS) {
        free(identity);
        return SWORN_NO_MEMORY;
    }
    /* GnuTLS 3.7 loses memory where it finds a pair that does not match: we look ourselves. */
    gnutls_certificate_set_flags(identity->credentials, GNUTLS_CERTIFICATE_SKIP_KEY_CERT_MATCH);
    error = gnutls_certificate_set_x509_key_file(identity->credentials, keeper->certificate,
                                                 keeper->private_key, GNUTLS_X509_FMT_PEM);
    if (error >= 0) {
        error = check_pair(identity);
    }
    if (error < 0) {
        identity_free(identity);
        return because(reason, SWORN_MALFORMED, "cannot use certificate %s with private key %s: %s",
                       keeper->certificate, keeper->private_key, gnutls_strerror(error));
    }
    *made = identity;
    return SWORN_OK;
}

void tls_identity_let_go(struct tls_identity *identity)
{
    if (identity != NULL && __atomic_sub_fetch(&identity->holders, 1, __ATOMIC_ACQ_REL) == 0) {
        identity_free(identity);
    }
}

/* With the lock held. The stamps come first: a change while the files are read is seen later. */
static enum sworn_result read_again(struct tls_keeper *keeper, struct reason *reason)
{
    struct tls_identity *identity = NULL;

    keeper->stamp[0] = stamp_of(keeper->certificate);
    keeper->stamp[1] = stamp_of(keeper->private_key);
    SWORN_TRY(identity_read(keeper, &identity, reason));
    tls_identity_let_go(keeper->identity);
    keeper->identity = identity;
    return SWORN_OK;
}

enum sworn_result tls_keeper_new(const char *certificate, const char *private_key, struct log *log,
                                 struct tls_keeper **made, struct reason *reason)
{
    struct tls_keeper *keeper = calloc(1, sizeof(*keeper));
    enum sworn_result result;

    SWORN_ENSURE(keeper != NULL, SWORN_NO_MEMORY);
    (void)pthread_mutex_init(&keeper->lock, NULL);
    keeper->log = log;
    keeper->certificate = strdup(certificate);
    keeper->private_key = strdup(private_key);
    if (keeper->certificate == NULL || keeper->private_key == NULL ||
        gnutls_session_ticket_key_generate(&keeper->ticket_key) != GNUTLS_E_SUCCESS) {
        tls_keeper_free(keeper);
        return SWORN_NO_MEMORY;
    }
    result = read_again(keeper, reason);
    if (result != SWORN_OK) {
        tls_keeper_free(keeper);
        return result;
    }
    *made = keeper;
    return SWORN_OK;
}

void tls_keeper_free(struct tls_keeper *keeper)
{
    if (keeper == NULL) {
        return;
    }
    tls_identity_let_go(keeper->identity);
    if (keeper->ticket_key.data != NULL) {
        gnutls_memset(keeper->ticket_key.data, 0, keeper->ticket_key.size);
        gnutls_free(keeper->ticket_key.data);
    }
    (void)pthread_mutex_destroy(&keeper->lock);
    free(keeper->certificate);
    free(keeper->private_key);
    free(keeper);
}

enum sworn_result tls_keeper_reload(struct tls_keeper *keeper, struct reason *reason)
{
    enum sworn_result result;

    (void)pthread_mutex_lock(&keeper->lock);
    result = read_again(keeper, reason);
    (void)pthread_mutex_unlock(&keeper->lock);
    return result;
}

/* With the lock held: now and then, whether the files are still those that were read. */
static void look(struct tls_keeper *keeper)
{
    struct stamp certificate;
    struct stamp private_key;
    struct timespec now;
    struct reason reason = {.text = ""};

    (void)clock_gettime(CLOCK_MONOTONIC, &now);
    if (now.tv_sec - keeper->looked < LOOK_SECONDS) {
        return;
    }
    keeper->looked = now.tv_sec;
    certificate = stamp_of(keeper->certificate);
    private_key = stamp_of(keeper->private_key);
    if (same_stamp(&certificate, &keeper->stamp[0]) &&
        same_stamp(&private_key, &keeper->stamp[1])) {
        return;
    }
    if (read_again(keeper, &reason) != SWORN_OK) {
        log_error(keeper->log, "%s; the one in use stays", reason.text);
        return;
    }
    log_info(keeper->log, "certificate %s: read again", keeper->certificate);
}

struct tls_identity *tls_keeper_hold(struct tls_keeper *keeper)
{
    struct tls_identity *identity;

    (void)pthread_mutex_lock(&keeper->lock);
    look(keeper);
    identity = keeper->identity;
    (void)__atomic_add_fetch(&identity->holders, 1, __ATOMIC_ACQ_REL);
    (void)pthread_mutex_unlock(&keeper->lock);
    return identity;
}

enum sworn_result tls_identity_give(const struct tls_identity *identity,
                                    const struct tls_keeper *keeper, gnutls_session_t session)
{
    SWORN_ENSURE(gnutls_credentials_set(session, GNUTLS_CRD_CERTIFICATE, identity->credentials) ==
                     GNUTLS_E_SUCCESS,
                 SWORN_CRYPTO);
    SWORN_ENSURE(gnutls_session_ticket_enable_server(session, &keeper->ticket_key) ==
                     GNUTLS_E_SUCCESS,
                 SWORN_CRYPTO);
    gnutls_certificate_server_set_request(session, GNUTLS_CERT_IGNORE);
    return SWORN_OK;
}
