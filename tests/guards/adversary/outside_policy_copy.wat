;; policy_copy to where no memory is.
;; cases: 2
;; expect: policy_copy: access outside memory
(func $attack
  (if (global.get $case)
    (then (drop (call $policy_copy (i32.const 262140) (i32.const 0) (i32.const 9)))))
  (drop (call $policy_copy (i32.const -1) (i32.const 0) (i32.const -1))))
