;; Writes, removes the zone, or does both, after it has handed the zone over.
;; at: update
;; cases: 2
;; expect: not allowed after update_owner()
(func $attack
  (call $update_owner (i32.const 4096) (i32.const 4))
  (if (global.get $case) (then (call $remove_zone)))
  (call $apply (i32.const 640)))
