;; Copies and fills past the end, also nothing from beyond the end, and more than there is.
;; cases: 4
;; expect: trap: access outside memory
(func $attack
  (if (i32.eq (global.get $case) (i32.const 0))
    (then (memory.copy (i32.const 0) (i32.const 262100) (i32.const 100))))
  (if (i32.eq (global.get $case) (i32.const 1))
    (then (memory.fill (i32.const 1) (i32.const 7) (i32.const -1))))
  (if (i32.eq (global.get $case) (i32.const 2))
    (then (memory.copy (i32.const 262145) (i32.const 0) (i32.const 0))))
  (memory.copy (i32.const 0xfffffff0) (i32.const 0) (i32.const 0x20)))
