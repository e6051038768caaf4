;; Refuses with codes that are none: success, beyond twelve bits, negative.
;; cases: 5
;; expect: no
(data (i32.const 1024) "no")
(func $attack
  (if (i32.eq (global.get $case) (i32.const 0))
    (then (call $fail_code (i32.const 0) (i32.const 1024) (i32.const 2))))
  (if (i32.eq (global.get $case) (i32.const 1))
    (then (call $fail_code (i32.const 4096) (i32.const 1024) (i32.const 2))))
  (if (i32.eq (global.get $case) (i32.const 2))
    (then (call $fail_code (i32.const -1) (i32.const 1024) (i32.const 2))))
  (if (i32.eq (global.get $case) (i32.const 3))
    (then (call $fail_code (i32.const 65541) (i32.const 1024) (i32.const 2))))
  (call $fail_code (i32.const 4095) (i32.const 1024) (i32.const 2)))
