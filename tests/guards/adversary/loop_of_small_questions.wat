;; Asks what costs least, for ever.
;; expect: out of fuel
;; policy: fuel=100000000
(func $attack
  (loop $again
    (drop (call $now))
    (drop (call $sequence))
    (call $zone_id (i32.const 1024))
    (drop (call $env_size))
    (drop (call $arg_copy (i32.const 1024) (i32.const 0) (i32.const 0)))
    (br $again)))
