;; Turns one octet of its policy to 255, the next with each case: refused, or a policy that may be.
;; at: update
;; cases: 9
;; expect: policy
(func $attack
  (drop (call $policy_copy (i32.const 4096) (i32.const 0) (i32.const 4096)))
  (i32.store8 (i32.add (i32.const 4096) (global.get $case)) (i32.const 0xff))
  (call $update_policy (i32.const 4096) (call $policy_size)))
