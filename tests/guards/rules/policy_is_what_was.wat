;; policy_copy gives the policy in force, also after update_policy.
;; expect: the policy
(module
  (import "fdns" "update_policy" (func $update_policy (param i32 i32)))
  (import "fdns" "policy_copy" (func $policy_copy (param i32 i32 i32) (result i32)))
  (import "fdns" "fail" (func $fail (param i32 i32)))
  (memory (export "memory") 1)
  (func (export "setup"))
  (func (export "handle_update_request")
    (call $update_policy (i32.const 0) (i32.const 4))
    (drop (call $policy_copy (i32.const 0) (i32.const 0) (i32.const 99)))
    (call $fail (i32.const 0) (i32.const 10))))
