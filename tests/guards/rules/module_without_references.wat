;; There are no reference types.
;; expect: the guard cannot be used: not acceptable WASM: reference types support is not enabled (at offset 0x4a)
(module
  (memory (export "memory") 1)
  (func (drop (ref.null func)))
  (func (export "setup"))
  (func (export "handle_update_request")))
