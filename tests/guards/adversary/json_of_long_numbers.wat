;; A number of 250,000 digits; one with an exponent beyond all; one of very many decimals.
;; cases: 3
;; expect: JSON: 
;; expect 2: an operation is
(data (i32.const 1024) "1e999999999\00")
(func $attack
  (memory.fill (i32.const 4096) (i32.const 0x37) (i32.const 250000))
  (if (i32.eq (global.get $case) (i32.const 1))
    (then (call $apply (i32.const 1024))))
  (if (i32.eq (global.get $case) (i32.const 2))
    (then
      (i32.store8 (i32.const 4096) (i32.const 0x5b))
      (i32.store8 (i32.const 4098) (i32.const 0x2e))
      (i32.store8 (i32.const 254095) (i32.const 0x5d))))
  (call $update_record (i32.const 4096) (i32.const 250000)))
