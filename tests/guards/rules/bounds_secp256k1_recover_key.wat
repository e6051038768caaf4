;; Each operand of secp256k1_recover lies within memory.
;; expect: secp256k1_recover: access outside memory
(module
  (import "fdns" "secp256k1_recover" (func $secp256k1_recover (param i32 i32 i32) (result i32)))
  (memory (export "memory") 1)
  (func (export "setup"))
  (func (export "handle_update_request")
    (drop (call $secp256k1_recover (i32.const 65472) (i32.const 0) (i32.const 0)))))
