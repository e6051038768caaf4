;; There is one table.
;; expect: the guard cannot be used: not acceptable WASM: multiple tables (at offset 0x15)
(module
  (memory (export "memory") 1)
  (table 1 funcref)
  (table 1 funcref)
  (func (export "setup"))
  (func (export "handle_update_request")))
