;; Hands the zone over with an environment of one octet more than there may be.
;; at: update
;; expect: the limit is 65536
(func $attack (call $update_owner (i32.const 4096) (i32.const 65541)))
