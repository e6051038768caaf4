;; Writes records, state, another policy and the end of the zone, and traps when all is done.
;; at: update
;; expect: trap: unreachable
(func $attack
  (drop (call $policy_copy (i32.const 4096) (i32.const 0) (i32.const 4096)))
  (call $update_policy (i32.const 4096) (call $policy_size))
  (call $state_set (i32.const 0) (i32.const 65536))
  (call $remove_zone)
  (unreachable))
