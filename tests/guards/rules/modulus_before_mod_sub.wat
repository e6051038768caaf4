;; mod_sub needs a modulus.
;; expect: mod_sub: no modulus is set
(module
  (import "fdns" "mod_sub" (func $mod_sub (param i32 i32 i32)))
  (memory (export "memory") 1)
  (func (export "setup"))
  (func (export "handle_update_request")
    (call $mod_sub (i32.const 64) (i32.const 8) (i32.const 16))))
