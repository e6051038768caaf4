;; A memory with offsets of 64 bits.
;; expect: not acceptable WASM
(module
  (memory (export "memory") i64 1)
  (func (export "setup"))
  (func (export "handle_update_request")))
