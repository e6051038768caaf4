;; A modulus has 8 to 48 octets, a multiple of 8.
;; expect: mod_set: a modulus of 12 octets; it has 8, 16, 24, 32, 40 or 48
(module
  (import "fdns" "mod_set" (func $mod_set (param i32 i32)))
  (memory (export "memory") 1)
  (data (i32.const 0) "\07\00\00\00\00\00\00\00")
  (func (export "setup"))
  (func (export "handle_update_request")
    (call $mod_set (i32.const 0) (i32.const 12))))
