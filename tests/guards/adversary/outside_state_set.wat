;; state_set from where no memory is.
;; cases: 2
;; expect: state_set: access outside memory
(func $attack
  (if (global.get $case)
    (then (call $state_set (i32.const 262144) (i32.const 1))))
  (call $state_set (i32.const -1) (i32.const -1)))
