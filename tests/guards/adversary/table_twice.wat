;; Two tables.
;; expect: not acceptable WASM
(module
  (table 1 funcref)
  (table 1 funcref)
  (memory (export "memory") 1)
  (func (export "setup"))
  (func (export "handle_update_request")))
