;; Key, signature, and hash where no memory is.
;; cases: 3
;; expect: p256_verify: access outside memory
(func $attack
  (if (i32.eq (global.get $case) (i32.const 0))
    (then (drop (call $p256_verify (i32.const 262080) (i32.const 0) (i32.const 0)))))
  (if (i32.eq (global.get $case) (i32.const 1))
    (then (drop (call $p256_verify (i32.const 0) (i32.const 262081) (i32.const 0)))))
  (drop (call $p256_verify (i32.const 0) (i32.const 0) (i32.const -32))))
