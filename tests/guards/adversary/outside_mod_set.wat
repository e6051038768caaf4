;; A modulus where no memory is.
;; cases: 2
;; expect: mod_set: access outside memory
(func $attack
  (if (global.get $case)
    (then (call $mod_set (i32.const 262137) (i32.const 8))))
  (call $mod_set (i32.const -8) (i32.const 8)))
