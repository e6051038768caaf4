;; A query from where no memory is.
;; cases: 2
;; expect: records_size: access outside memory
(func $attack
  (if (global.get $case)
    (then (drop (call $records_size (i32.const 262144) (i32.const 1)))))
  (drop (call $records_size (i32.const -2) (i32.const -1))))
