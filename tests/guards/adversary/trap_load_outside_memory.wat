;; Reads past the end: far, by one octet, and where offset and address together pass 2^32.
;; cases: 3
;; expect: trap: access outside memory
(func $attack
  (if (i32.eq (global.get $case) (i32.const 0))
    (then (drop (i32.load8_u (i32.const -1)))))
  (if (i32.eq (global.get $case) (i32.const 1))
    (then (drop (i64.load (i32.const 262137)))))
  (drop (i32.load offset=0xffffffff (i32.const 0x00000100))))
