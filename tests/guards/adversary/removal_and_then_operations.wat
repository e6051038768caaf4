;; Goes on after the end of the zone: a record, an owner, a policy.
;; at: update
;; cases: 3
;; expect: not allowed after remove_zone()
(func $attack
  (call $remove_zone)
  (if (i32.eq (global.get $case) (i32.const 0)) (then (call $apply (i32.const 640))))
  (if (i32.eq (global.get $case) (i32.const 1))
    (then (call $update_owner (i32.const 4096) (i32.const 4))))
  (call $update_policy (i32.const 4096) (i32.const 4)))
