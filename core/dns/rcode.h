/*
 * rcode.h - response codes (RFC 6895 2.3). Those above 15 need an OPT record.
 */
#ifndef SWORN_CORE_DNS_RCODE_H
#define SWORN_CORE_DNS_RCODE_H

enum rcode {
    RCODE_NOERROR = 0,
    RCODE_FORMERR = 1,
    RCODE_SERVFAIL = 2,
    RCODE_NXDOMAIN = 3,
    RCODE_NOTIMP = 4,
    RCODE_REFUSED = 5,
    RCODE_YXDOMAIN = 6,
    RCODE_YXRRSET = 7,
    RCODE_NXRRSET = 8,
    RCODE_NOTAUTH = 9,
    RCODE_NOTZONE = 10,
    RCODE_BADVERS = 16,
    RCODE_BADCOOKIE = 23,
};

#endif
