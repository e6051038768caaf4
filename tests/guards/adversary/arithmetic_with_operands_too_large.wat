;; Operands that are not below the modulus, the modulus itself among them.
;; cases: 4
;; expect: mod_
(func $attack
  (memory.fill (i32.const 2048) (i32.const 0xff) (i32.const 128))
  (i64.store (i32.const 1024) (i64.const 7))
  (call $mod_set (i32.const 1024) (i32.const 8))
  (if (i32.eq (global.get $case) (i32.const 0))
    (then (call $mod_mul (i32.const 4096) (i32.const 1024) (i32.const 4096))))
  (if (i32.eq (global.get $case) (i32.const 1))
    (then (call $mod_add (i32.const 4096) (i32.const 4096) (i32.const 2048))))
  (if (i32.eq (global.get $case) (i32.const 2))
    (then (call $mod_sub (i32.const 4096) (i32.const 2048) (i32.const 4096))))
  (i64.store (i32.const 3072) (i64.const 6))
  (i64.store (i32.const 3080) (i64.const 7))
  (call $mod_mul2 (i32.const 4096) (i32.const 4096) (i32.const 3072)))
