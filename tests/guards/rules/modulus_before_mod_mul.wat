;; mod_mul needs a modulus.
;; expect: mod_mul: no modulus is set
(module
  (import "fdns" "mod_mul" (func $mod_mul (param i32 i32 i32)))
  (memory (export "memory") 1)
  (func (export "setup"))
  (func (export "handle_update_request")
    (call $mod_mul (i32.const 64) (i32.const 8) (i32.const 16))))
