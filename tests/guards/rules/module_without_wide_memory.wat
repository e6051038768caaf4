;; Memory has 32-bit addresses.
;; expect: the guard cannot be used: not acceptable WASM: memory64 must be enabled for 64-bit memories (at offset 0x16)
(module
  (memory (export "memory") i64 1)
  (func (export "setup"))
  (func (export "handle_update_request")))
