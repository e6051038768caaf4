;; Each operand of p256_verify lies within memory.
;; expect: p256_verify: access outside memory
(module
  (import "fdns" "p256_verify" (func $p256_verify (param i32 i32 i32) (result i32)))
  (memory (export "memory") 1)
  (func (export "setup"))
  (func (export "handle_update_request")
    (drop (call $p256_verify (i32.const 0) (i32.const 65473) (i32.const 0)))))
