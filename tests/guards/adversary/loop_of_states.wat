;; Sets the largest state for ever.
;; expect: out of fuel
;; policy: fuel=100000000
(func $attack
  (loop $again
    (call $state_set (i32.const 1024) (i32.const 65536))
    (br $again)))
