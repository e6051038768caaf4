;; Reads and writes at the same place: hashes over themselves, a key over its signature.
;; expect: accept
(func $attack
  (call $sha256 (i32.const 1024) (i32.const 1024) (i32.const 64))
  (call $keccak256 (i32.const 1030) (i32.const 1024) (i32.const 64))
  (memory.fill (i32.const 2048) (i32.const 0x5a) (i32.const 96))
  (i32.store8 (i32.const 2112) (i32.const 0))
  (drop (call $secp256k1_recover (i32.const 2048) (i32.const 2048) (i32.const 2050)))
  (drop (call $p256_verify (i32.const 2048) (i32.const 2048) (i32.const 2048)))
  (drop (call $ed25519_verify (i32.const 2048) (i32.const 2048) (i32.const 2048) (i32.const 4096)))
  (drop (call $arg_copy (i32.const 0) (i32.const 0) (i32.const 262144))))
