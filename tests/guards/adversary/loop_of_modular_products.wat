;; Multiplies for ever, with the largest modulus.
;; cases: 3
;; expect: out of fuel
;; policy: fuel=100000000
(func $attack
  (memory.fill (i32.const 1024) (i32.const 0xff) (i32.const 48))
  (memory.fill (i32.const 2048) (i32.const 0x77) (i32.const 96))
  (call $mod_set (i32.const 1024) (i32.const 48))
  (loop $again
    (if (i32.eq (global.get $case) (i32.const 0))
      (then (call $mod_mul (i32.const 2048) (i32.const 2048) (i32.const 2048))))
    (if (i32.eq (global.get $case) (i32.const 1))
      (then (call $mod_mul2 (i32.const 2048) (i32.const 2048) (i32.const 2048))))
    (if (i32.eq (global.get $case) (i32.const 2))
      (then (call $mod_set (i32.const 1024) (i32.const 48))))
    (br $again)))
