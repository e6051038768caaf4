;; Hands the zone over twice.
;; at: update
;; expect: update_owner: called twice
(func $attack
  (call $update_owner (i32.const 4096) (i32.const 4))
  (call $update_owner (i32.const 4096) (i32.const 4)))
