;; Vectors.
;; expect: not acceptable WASM
(module
  (memory (export "memory") 1)
  (func (drop (v128.const i64x2 1 2)))
  (func (export "setup"))
  (func (export "handle_update_request")))
