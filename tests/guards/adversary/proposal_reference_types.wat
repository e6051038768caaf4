;; Tables that grow.
;; expect: not acceptable WASM
(module
  (memory (export "memory") 1)
  (table 1 funcref)
  (func (drop (table.grow 0 (ref.null func) (i32.const 1000000))))
  (func (export "setup"))
  (func (export "handle_update_request")))
