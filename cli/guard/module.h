/*
 * module.h - a WebAssembly module taken apart as far as people want to know about it; whether it is
 * valid is for the engine to say.
 *
 *   module  = "\0asm" ‖ u32le 1 ‖ sections
 *   section = u8 id ‖ LEB128 size ‖ octets; custom: id 0, octets = name ‖ rest
 */
#ifndef SWORN_CLI_GUARD_MODULE_H
#define SWORN_CLI_GUARD_MODULE_H

#include "core/cursor/region.h"

/** What is imported or exported. */
struct module_item {
    struct octets module; /* empty of an export */
    struct octets name;
    uint8_t kind; /* 0 function, 1 table, 2 memory, 3 global */
};

struct module_items {
    struct module_item *items;
    size_t count;
};

struct wasm_module {
    struct module_items imports, exports;
    uint32_t functions;     /* of its own */
    uint32_t memory, table; /* pages, elements that it starts with; of all tables */
    bool has_start;         /* a function that runs before setup() */
    size_t code, data;      /* octets of these sections */
    struct octets argument; /* custom section fdns.argument */
};

/** SWORN_MALFORMED where a section or an entry is cut short. */
SWORN_CHECK enum sworn_result module_read(struct octets code, struct region *region,
                                          struct wasm_module *module);

#endif
