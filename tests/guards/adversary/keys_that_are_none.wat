;; Cryptography with rubbish: keys of small order, points that are none, any v; none is valid.
;; expect: accept
(func $attack
  (if (call $ed25519_verify (i32.const 4096) (i32.const 4096) (i32.const 4096) (i32.const 0))
    (then (unreachable)))
  (i32.store8 (i32.const 4096) (i32.const 1))
  (if (call $ed25519_verify (i32.const 4096) (i32.const 4096) (i32.const 4096) (i32.const 0))
    (then (unreachable)))
  (if (call $p256_verify (i32.const 4096) (i32.const 4096) (i32.const 4096)) (then (unreachable)))
  (if (call $secp256k1_recover (i32.const 8192) (i32.const 4096) (i32.const 4096))
    (then (unreachable)))
  (memory.fill (i32.const 4096) (i32.const 0xff) (i32.const 256))
  (if (call $ed25519_verify (i32.const 4096) (i32.const 4096) (i32.const 4096) (i32.const 0))
    (then (unreachable)))
  (if (call $p256_verify (i32.const 4096) (i32.const 4096) (i32.const 4096)) (then (unreachable)))
  (if (call $secp256k1_recover (i32.const 8192) (i32.const 4096) (i32.const 4096))
    (then (unreachable))))
