;; Refuses with a message from where no memory is.
;; cases: 2
;; expect: fail: access outside memory
(func $attack
  (if (global.get $case)
    (then (call $fail (i32.const 262144) (i32.const 1))))
  (call $fail (i32.const -1) (i32.const -1)))
