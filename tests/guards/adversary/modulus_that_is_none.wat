;; Moduli that are even, 1, 0, of no octets, of a size that is no multiple of 8, and too large.
;; cases: 7
;; expect: mod_set:
(func $attack
  (memory.fill (i32.const 1024) (i32.const 0xff) (i32.const 64))
  (if (i32.eq (global.get $case) (i32.const 0))
    (then
      (i32.store8 (i32.const 1024) (i32.const 0xfe))
      (call $mod_set (i32.const 1024) (i32.const 48))))
  (if (i32.eq (global.get $case) (i32.const 1))
    (then (call $mod_set (i32.const 4096) (i32.const 8))))
  (if (i32.eq (global.get $case) (i32.const 2))
    (then (call $mod_set (i32.const 1024) (i32.const 0))))
  (if (i32.eq (global.get $case) (i32.const 3))
    (then (call $mod_set (i32.const 1024) (i32.const 31))))
  (if (i32.eq (global.get $case) (i32.const 4))
    (then (call $mod_set (i32.const 1024) (i32.const 56))))
  (if (i32.eq (global.get $case) (i32.const 5))
    (then
      (i32.store8 (i32.const 4096) (i32.const 1))
      (call $mod_set (i32.const 4096) (i32.const 8))))
  (call $mod_set (i32.const 1024) (i32.const -8)))
