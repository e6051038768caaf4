;; Hands the zone to itself with another environment, and keeps a state that must not be kept.
;; at: update
;; expect: accept
(func $attack
  (call $update_owner (i32.const 4096) (i32.const 1000))
  (call $state_set (i32.const 0) (i32.const 1000)))
