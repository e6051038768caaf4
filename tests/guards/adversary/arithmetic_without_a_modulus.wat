;; Computes before it has said modulo what, and after a modulus that was refused.
;; cases: 4
;; expect: mod_
(func $attack
  (if (i32.eq (global.get $case) (i32.const 0))
    (then (call $mod_mul (i32.const 1024) (i32.const 1024) (i32.const 1024))))
  (if (i32.eq (global.get $case) (i32.const 1))
    (then (call $mod_add (i32.const 1024) (i32.const 1024) (i32.const 1024))))
  (if (i32.eq (global.get $case) (i32.const 2))
    (then (call $mod_sub (i32.const 1024) (i32.const 1024) (i32.const 1024))))
  (call $mod_mul2 (i32.const 1024) (i32.const 1024) (i32.const 1024)))
