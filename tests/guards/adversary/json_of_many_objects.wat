;; An array of thirty thousand objects.
;; expect: an operation is
(func $attack
  (local $at i32)
  (local $i i32)
  (i32.store8 (i32.const 4096) (i32.const 0x5b))
  (local.set $at (i32.const 4097))
  (loop $next ;; {"a":1},
    (i64.store (local.get $at) (i64.const 0x2c7d313a2261227b))
    (local.set $at (i32.add (local.get $at) (i32.const 8)))
    (br_if $next
      (i32.lt_u (local.tee $i (i32.add (local.get $i) (i32.const 1))) (i32.const 30000))))
  (i32.store8 (i32.sub (local.get $at) (i32.const 1)) (i32.const 0x5d))
  (call $update_record (i32.const 4096) (i32.sub (local.get $at) (i32.const 4096))))
