;; An object of twenty-three thousand members.
;; expect: an operation is
(func $attack
  (local $at i32)
  (local $i i32)
  (i32.store8 (i32.const 4096) (i32.const 0x7b))
  (local.set $at (i32.const 4097))
  (loop $next ;; "000000":1,
    (i32.store8 (local.get $at) (i32.const 0x22))
    (drop (call $put_number (i32.add (local.get $at) (i32.const 1)) (local.get $i)))
    (i32.store offset=7 (local.get $at) (i32.const 0x2c313a22))
    (local.set $at (i32.add (local.get $at) (i32.const 11)))
    (br_if $next
      (i32.lt_u (local.tee $i (i32.add (local.get $i) (i32.const 1))) (i32.const 23000))))
  (i32.store8 (i32.sub (local.get $at) (i32.const 1)) (i32.const 0x7d))
  (call $update_record (i32.const 4096) (i32.sub (local.get $at) (i32.const 4096))))
