/*
 * type.h - whose records of a type are.
 */
#ifndef SWORN_CORE_CHANGE_TYPE_H
#define SWORN_CORE_CHANGE_TYPE_H

#include <stdbool.h>
#include <stdint.h>

/** Types that the enclave derives itself, anywhere in a zone (design, promise 1): never input. */
bool type_is_enclaves(uint16_t type);

#endif
