;; env_copy to where no memory is: a byte of it, all, and nothing.
;; cases: 2
;; expect: env_copy: access outside memory
(func $attack
  (if (global.get $case)
    (then (drop (call $env_copy (i32.const -1) (i32.const 0) (i32.const -1)))))
  (drop (call $env_copy (i32.const 262145) (i32.const 0) (i32.const 0))))
