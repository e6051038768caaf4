;; Hands the zone over while it comes into being.
;; at: setup
;; expect: update_owner: not allowed in setup()
(func $attack (call $update_owner (i32.const 4096) (i32.const 4)))
