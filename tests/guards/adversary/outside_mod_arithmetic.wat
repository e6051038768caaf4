;; Operands and results of modular arithmetic where no memory is.
;; cases: 6
;; expect: access outside memory
(func $attack
  (i64.store (i32.const 1024) (i64.const 7))
  (call $mod_set (i32.const 1024) (i32.const 8))
  (if (i32.eq (global.get $case) (i32.const 0))
    (then (call $mod_mul (i32.const 262137) (i32.const 2048) (i32.const 2048))))
  (if (i32.eq (global.get $case) (i32.const 1))
    (then (call $mod_mul (i32.const 2048) (i32.const -1) (i32.const 2048))))
  (if (i32.eq (global.get $case) (i32.const 2))
    (then (call $mod_mul (i32.const 2048) (i32.const 2048) (i32.const 262144))))
  (if (i32.eq (global.get $case) (i32.const 3))
    (then (call $mod_add (i32.const -8) (i32.const 2048) (i32.const 2048))))
  (if (i32.eq (global.get $case) (i32.const 4))
    (then (call $mod_sub (i32.const 2048) (i32.const 2048) (i32.const -8))))
  (call $mod_mul2 (i32.const 2048) (i32.const 262129) (i32.const 2048)))
