;; Divides the smallest number by -1, which has no result.
;; cases: 2
;; expect: trap: integer overflow
(func $attack
  (if (i32.eqz (global.get $case))
    (then (drop (i32.div_s (i32.const 0x80000000) (i32.const -1)))))
  (drop (i64.div_s (i64.const 0x8000000000000000) (i64.const -1))))
