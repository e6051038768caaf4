;; Writes past the end: far, by one octet, and where offset and address together pass 2^32.
;; cases: 3
;; expect: trap: access outside memory
(func $attack
  (if (i32.eq (global.get $case) (i32.const 0))
    (then (i32.store8 (i32.const -1) (i32.const 1))))
  (if (i32.eq (global.get $case) (i32.const 1))
    (then (i64.store (i32.const 262137) (i64.const -1))))
  (i32.store offset=0xffffffff (i32.const 0x00000100) (i32.const 7)))
