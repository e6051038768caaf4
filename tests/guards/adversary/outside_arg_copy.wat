;; arg_copy to where no memory is, and from where no argument is.
;; cases: 2
;; expect: arg_copy: access outside memory
(func $attack
  (if (global.get $case)
    (then (drop (call $arg_copy (i32.const 262144) (i32.const 0) (i32.const 1)))))
  (drop (call $arg_copy (i32.const -1) (i32.const -1) (i32.const -1))))
