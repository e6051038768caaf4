;; Key, signature, and message where no memory is.
;; cases: 3
;; expect: ed25519_verify: access outside memory
(func $attack
  (if (i32.eqz (global.get $case))
    (then
      (drop (call $ed25519_verify (i32.const 262113) (i32.const 0) (i32.const 0) (i32.const 0)))))
  (if (i32.eq (global.get $case) (i32.const 1))
    (then (drop (call $ed25519_verify (i32.const 0) (i32.const -1) (i32.const 0) (i32.const 0)))))
  (drop (call $ed25519_verify (i32.const 0) (i32.const 0) (i32.const 2) (i32.const -1))))
