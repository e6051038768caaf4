;; Keeps 16 octets of state. At creation it applies its argument, repeated (u32le size ‖ record
;; operation); from then on an argument is a new policy.
(module
  (import "fdns" "update_record" (func $update (param i32 i32)))
  (import "fdns" "update_policy" (func $policy (param i32 i32)))
  (import "fdns" "state_set" (func $remember (param i32 i32)))
  (import "fdns" "arg_size" (func $size (result i32)))
  (import "fdns" "arg_copy" (func $copy (param i32 i32 i32) (result i32)))
  (memory (export "memory") 1)
  (func (export "setup") (local $at i32) (local $length i32)
    (drop (call $copy (i32.const 0) (i32.const 0) (call $size)))
    (call $remember (i32.const 0) (i32.const 16))
    (block $end (loop $next
      (br_if $end (i32.ge_u (local.get $at) (call $size)))
      (local.set $length (i32.load (local.get $at)))
      (call $update (i32.add (local.get $at) (i32.const 4)) (local.get $length))
      (local.set $at (i32.add (local.get $at) (i32.add (local.get $length) (i32.const 4))))
      (br $next))))
  (func (export "handle_update_request")
    (drop (call $copy (i32.const 0) (i32.const 0) (call $size)))
    (call $policy (i32.const 0) (call $size))))
