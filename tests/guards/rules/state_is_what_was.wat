;; state_copy gives the state before this call, also after state_set.
;; expect: the state
(module
  (import "fdns" "state_set" (func $state_set (param i32 i32)))
  (import "fdns" "state_copy" (func $state_copy (param i32 i32 i32) (result i32)))
  (import "fdns" "fail" (func $fail (param i32 i32)))
  (memory (export "memory") 1)
  (func (export "setup"))
  (func (export "handle_update_request")
    (call $state_set (i32.const 0) (i32.const 4))
    (drop (call $state_copy (i32.const 0) (i32.const 0) (i32.const 99)))
    (call $fail (i32.const 0) (i32.const 9))))
