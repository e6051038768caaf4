;; Place of the key, signature, and hash where no memory is.
;; cases: 3
;; expect: secp256k1_recover: access outside memory
(func $attack
  (memory.fill (i32.const 2048) (i32.const 0x5a) (i32.const 64))
  (i32.store8 (i32.const 2112) (i32.const 0))
  (if (i32.eq (global.get $case) (i32.const 0))
    (then (drop (call $secp256k1_recover (i32.const 262080) (i32.const 2048) (i32.const 2048)))))
  (if (i32.eq (global.get $case) (i32.const 1))
    (then (drop (call $secp256k1_recover (i32.const 0) (i32.const 262080) (i32.const 0)))))
  (drop (call $secp256k1_recover (i32.const 0) (i32.const 0) (i32.const -31))))
