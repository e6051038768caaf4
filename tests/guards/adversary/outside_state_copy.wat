;; state_copy to where no memory is.
;; cases: 2
;; expect: state_copy: access outside memory
(func $attack
  (if (global.get $case)
    (then (drop (call $state_copy (i32.const 262145) (i32.const 0) (i32.const 0)))))
  (drop (call $state_copy (i32.const -1) (i32.const 0) (i32.const -1))))
