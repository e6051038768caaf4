;; Divides by zero, in each way that there is.
;; cases: 4
;; expect: trap: division by zero
(func $attack
  (local $zero i32)
  (if (i32.eq (global.get $case) (i32.const 0))
    (then (drop (i32.div_s (i32.const 1) (local.get $zero)))))
  (if (i32.eq (global.get $case) (i32.const 1))
    (then (drop (i32.rem_u (i32.const 1) (local.get $zero)))))
  (if (i32.eq (global.get $case) (i32.const 2))
    (then (drop (i64.div_u (i64.const 1) (i64.extend_i32_u (local.get $zero))))))
  (drop (i64.rem_s (i64.const 1) (i64.extend_i32_u (local.get $zero)))))
