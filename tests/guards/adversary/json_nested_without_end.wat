;; Two hundred thousand arrays within each other; the same of objects.
;; cases: 2
;; expect: nested deeper than 8
(func $attack
  (local $at i32)
  (memory.fill (i32.const 4096) (i32.const 0x5b) (i32.const 200000))
  (if (global.get $case)
    (then
      (loop $next ;; {"":
        (i32.store (i32.add (i32.const 4096) (local.get $at)) (i32.const 0x3a22227b))
        (br_if $next
          (i32.lt_u (local.tee $at (i32.add (local.get $at) (i32.const 4))) (i32.const 200000))))))
  (call $update_record (i32.const 4096) (i32.const 200000)))
