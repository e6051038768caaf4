;; A modulus is above 1.
;; expect: mod_set: the modulus is not odd and above 1
(module
  (import "fdns" "mod_set" (func $mod_set (param i32 i32)))
  (memory (export "memory") 1)
  (data (i32.const 0) "\01")
  (func (export "setup"))
  (func (export "handle_update_request")
    (call $mod_set (i32.const 0) (i32.const 8))))
