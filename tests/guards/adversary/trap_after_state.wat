;; Sets its state a thousand times, and traps.
;; expect: trap: division by zero
(func $attack
  (local $times i32)
  (local.set $times (i32.const 1000))
  (loop $again
    (call $state_set (local.get $times) (local.get $times))
    (br_if $again (local.tee $times (i32.sub (local.get $times) (i32.const 1)))))
  (drop (i32.div_u (i32.const 1) (local.get $times))))
