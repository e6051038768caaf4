;; An answer to where no memory is.
;; cases: 2
;; expect: records_copy: access outside memory
(data (i32.const 1024) "{\"name\":null,\"record\":null}\00")
(func $attack
  (drop (call $query (i32.const 1024)))
  (if (global.get $case)
    (then (drop (call $records_copy (i32.const 262144) (i32.const 0) (i32.const 1)))))
  (drop (call $records_copy (i32.const -1) (i32.const 0) (i32.const -1))))
