;; v is 0 to 3, 27 or 28; nothing is written otherwise.
;; expect: accepted
(module
  (import "fdns" "secp256k1_recover" (func $secp256k1_recover (param i32 i32 i32) (result i32)))
  (memory (export "memory") 1)
  (data (i32.const 31) "\01")
  (data (i32.const 63) "\01")
  (data (i32.const 64) "\04")
  (func (export "setup"))
  (func (export "handle_update_request")
    (if (call $secp256k1_recover (i32.const 256) (i32.const 0) (i32.const 128)) (then (unreachable)))
    (if (i32.load8_u (i32.const 256)) (then (unreachable)))))
