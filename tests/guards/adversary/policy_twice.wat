;; Changes its policy twice.
;; at: update
;; expect: update_policy: called twice
(func $attack
  (drop (call $policy_copy (i32.const 4096) (i32.const 0) (i32.const 4096)))
  (call $update_policy (i32.const 4096) (call $policy_size))
  (call $update_policy (i32.const 4096) (call $policy_size)))
