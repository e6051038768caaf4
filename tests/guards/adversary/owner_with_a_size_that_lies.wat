;; Hands the zone over with code that is said to be longer than what is given, or of no size at all.
;; at: update
;; cases: 4
;; expect: the code's length passes the end
(data (i32.const 1024) "\ff\ff\ff\ff\00asm")
(data (i32.const 1032) "\05\00\00\00\00asm")
(func $attack
  (if (i32.eq (global.get $case) (i32.const 0))
    (then (call $update_owner (i32.const 1024) (i32.const 8))))
  (if (i32.eq (global.get $case) (i32.const 1))
    (then (call $update_owner (i32.const 1032) (i32.const 8))))
  (if (i32.eq (global.get $case) (i32.const 2))
    (then (call $update_owner (i32.const 1024) (i32.const 3))))
  (call $update_owner (i32.const 1024) (i32.const 0)))
