;; There are no vectors.
;; expect: the guard cannot be used: not acceptable WASM: unexpected SIMD opcode: 0xfd (at offset 0x4a)
(module
  (memory (export "memory") 1)
  (func (drop (v128.const i64x2 0 0)))
  (func (export "setup"))
  (func (export "handle_update_request")))
