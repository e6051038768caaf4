;; mod_add needs a modulus.
;; expect: mod_add: no modulus is set
(module
  (import "fdns" "mod_add" (func $mod_add (param i32 i32 i32)))
  (memory (export "memory") 1)
  (func (export "setup"))
  (func (export "handle_update_request")
    (call $mod_add (i32.const 64) (i32.const 8) (i32.const 16))))
