;; Copies policy, apex, argument and environment for ever.
;; expect: out of fuel
;; policy: fuel=100000000
(func $attack
  (loop $again
    (drop (call $policy_copy (i32.const 1024) (i32.const 0) (i32.const -1)))
    (drop (call $zone_copy (i32.const 1024) (i32.const 0) (i32.const -1)))
    (drop (call $arg_copy (i32.const 1024) (i32.const 0) (i32.const -1)))
    (drop (call $env_copy (i32.const 1024) (i32.const 0) (i32.const -1)))
    (drop (call $state_copy (i32.const 1024) (i32.const 0) (i32.const -1)))
    (drop (call $records_copy (i32.const 1024) (i32.const 0) (i32.const -1)))
    (br $again)))
