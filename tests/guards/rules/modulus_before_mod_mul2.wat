;; mod_mul2 needs a modulus.
;; expect: mod_mul2: no modulus is set
(module
  (import "fdns" "mod_mul2" (func $mod_mul2 (param i32 i32 i32)))
  (memory (export "memory") 1)
  (func (export "setup"))
  (func (export "handle_update_request")
    (call $mod_mul2 (i32.const 64) (i32.const 8) (i32.const 16))))
