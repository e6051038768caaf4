;; update_record with operands past the end of memory, by one octet, far, and empty.
;; cases: 3
;; expect: update_record: access outside memory
(func $attack
  (if (i32.eq (global.get $case) (i32.const 0))
    (then (call $update_record (i32.const 262140) (i32.const 5))))
  (if (i32.eq (global.get $case) (i32.const 1))
    (then (call $update_record (i32.const 1) (i32.const -1))))
  (call $update_record (i32.const 262145) (i32.const 0)))
