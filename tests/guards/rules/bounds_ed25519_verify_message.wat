;; Each operand of ed25519_verify lies within memory.
;; expect: ed25519_verify: access outside memory
(module
  (import "fdns" "ed25519_verify" (func $ed25519_verify (param i32 i32 i32 i32) (result i32)))
  (memory (export "memory") 1)
  (func (export "setup"))
  (func (export "handle_update_request")
    (drop (call $ed25519_verify (i32.const 0) (i32.const 0) (i32.const 65533) (i32.const 4)))))
