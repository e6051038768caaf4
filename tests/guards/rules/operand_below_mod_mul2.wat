;; Operands of mod_mul2 are below the modulus.
;; expect: mod_mul2: an operand is not below the modulus
(module
  (import "fdns" "mod_set" (func $mod_set (param i32 i32)))
  (import "fdns" "mod_mul2" (func $mod_mul2 (param i32 i32 i32)))
  (memory (export "memory") 1)
  (data (i32.const 0) "\07\00\00\00\00\00\00\00")
  (data (i32.const 32) "\07\00\00\00\00\00\00\00")
  (func (export "setup"))
  (func (export "handle_update_request")
    (call $mod_set (i32.const 0) (i32.const 8))
    (call $mod_mul2 (i32.const 64) (i32.const 8) (i32.const 32))))
