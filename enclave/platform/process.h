/*
 * process.h - platform=process: an ordinary process that gives up everything before it reads the
 * first octet.
 *
 * A real boundary against bugs, none against root. What is left after process_confine(): reading
 * and writing the descriptors it was left with, memory that is never executable, random octets,
 * ending.
 */
#ifndef SWORN_ENCLAVE_PLATFORM_PROCESS_H
#define SWORN_ENCLAVE_PLATFORM_PROCESS_H

#include "enclave/seal.h"

/**
 * Read the sealing secret from an inherited pipe, to its end. SWORN_MALFORMED unless it is 32
 * octets.
 */
SWORN_CHECK enum sworn_result process_secret(int fd, uint8_t secret[SEAL_SECRET_SIZE]);

/**
 * Call once what the libraries load or open at first use, so that nothing of it is left for later.
 */
SWORN_CHECK enum sworn_result process_warm_up(void);

/**
 * Close all descriptors but `fd` and 2 (errors), never gain privileges, never be dumped or traced
 * by the same user, and let the kernel end the process with SIGSYS at any system call that is not
 * needed.
 */
SWORN_CHECK enum sworn_result process_confine(int fd, struct reason *reason);

#endif
