;; Hands the zone over, and traps.
;; at: update
;; expect: trap: unreachable
(func $attack
  (call $update_owner (i32.const 4096) (i32.const 36))
  (unreachable))
