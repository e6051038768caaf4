/*
 * svcb.h - the parameters of SVCB and HTTPS (RFC 9460 2.2, 7, 14.3.2; RFC 9461; RFC 9540).
 *
 *   parameters = ( u16 key ‖ u16 size ‖ value )*      keys increasing
 *
 *   0 mandatory        u16 keys, increasing, each of them there
 *   1 alpn             ( u8 size ‖ protocol )+
 *   2 no-default-alpn  empty; only beside alpn
 *   3 port             u16
 *   4 ipv4hint         IPv4+
 *   5 ech              ECHConfigList, in text base64
 *   6 ipv6hint         IPv6+
 *   7 dohpath          URI template
 *   8 ohttp            empty
 */
#ifndef SWORN_CORE_DNS_FIELD_SVCB_H
#define SWORN_CORE_DNS_FIELD_SVCB_H

#include "core/dns/field/field.h"

#define SVC_INVALID_KEY 65535 /* RFC 9460 14.3.2 */

/* More than anybody lists; what has more is shown in RFC 3597's form only. */
#define SVC_PARAMS_MAX 256

enum svc_form {
    SVC_KEYS,
    SVC_PROTOCOLS,
    SVC_EMPTY,
    SVC_PORT,
    SVC_IPV4,
    SVC_BASE64,
    SVC_IPV6,
    SVC_TEXT, /* at least one octet */
    SVC_ANY,
};

struct svc_key {
    const char *name;
    enum svc_form form;
};

struct svc_param {
    uint16_t key;
    struct octets value;
};

/** The row of a key, NULL for one that the table does not hold. */
const struct svc_key *svc_key_find(uint16_t key);

/** "port" or "key3" to 3 (RFC 9460 2.1): names in lower case, numbers without leading zeros. */
SWORN_CHECK enum sworn_result svc_key_from_text(struct octets text, uint16_t *key);
SWORN_CHECK enum sworn_result svc_key_print(struct writer *text, uint16_t key);

/** The next parameter. */
SWORN_CHECK enum sworn_result svc_param_read(struct reader *params, struct svc_param *param);

/** Check everything RFC 9460 says about a list; `reason` gets the cause. */
SWORN_CHECK enum sworn_result svc_params_check(struct octets params, struct reason *reason);

#endif
