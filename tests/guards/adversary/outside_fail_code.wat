;; Refuses with a code and a message from where no memory is.
;; cases: 2
;; expect: fail_code: access outside memory
(func $attack
  (if (global.get $case)
    (then (call $fail_code (i32.const -1) (i32.const 262144) (i32.const 1))))
  (call $fail_code (i32.const 5) (i32.const -1) (i32.const -1)))
