;; Changes its policy while the zone comes into being.
;; at: setup
;; expect: update_policy: not allowed in setup()
(func $attack
  (drop (call $policy_copy (i32.const 4096) (i32.const 0) (i32.const 4096)))
  (call $update_policy (i32.const 4096) (call $policy_size)))
