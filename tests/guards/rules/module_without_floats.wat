;; There is no floating point.
;; expect: the guard cannot be used: not acceptable WASM: floating-point instruction disallowed (at offset 0x4a)
(module
  (memory (export "memory") 1)
  (func (drop (f64.const 1)))
  (func (export "setup"))
  (func (export "handle_update_request")))
