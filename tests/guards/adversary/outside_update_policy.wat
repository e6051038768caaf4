;; update_policy with operands past the end of memory.
;; at: update
;; cases: 3
;; expect: update_policy: access outside memory
(func $attack
  (if (i32.eq (global.get $case) (i32.const 0))
    (then (call $update_policy (i32.const 262140) (i32.const 5))))
  (if (i32.eq (global.get $case) (i32.const 1))
    (then (call $update_policy (i32.const -4) (i32.const 8))))
  (call $update_policy (i32.const -1) (i32.const 0)))
