;; A policy that is empty, rubbish, too large, of another version.
;; at: update
;; cases: 4
;; expect: policy
(func $attack
  (memory.fill (i32.const 4096) (i32.const 0xff) (i32.const 8192))
  (if (i32.eq (global.get $case) (i32.const 0))
    (then (call $update_policy (i32.const 4096) (i32.const 0))))
  (if (i32.eq (global.get $case) (i32.const 1))
    (then (call $update_policy (i32.const 4096) (i32.const 200))))
  (if (i32.eq (global.get $case) (i32.const 2))
    (then (call $update_policy (i32.const 4096) (i32.const 8192))))
  (drop (call $policy_copy (i32.const 4096) (i32.const 0) (i32.const 4096)))
  (i32.store8 (i32.const 4097) (i32.const 9))
  (call $update_policy (i32.const 4096) (call $policy_size)))
