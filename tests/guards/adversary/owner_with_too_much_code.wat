;; Hands the zone over with code of one octet more than there may be.
;; at: update
;; expect: the limit is 1048576
(func $attack
  (drop (memory.grow (i32.const 16)))
  (i32.store (i32.const 4096) (i32.const 1048577))
  (call $update_owner (i32.const 4096) (i32.const 1048581)))
