;; Recovers keys for ever, each from what the one before left.
;; expect: out of fuel
;; policy: fuel=100000000
(func $attack
  (memory.fill (i32.const 2048) (i32.const 0x5a) (i32.const 64))
  (loop $again
    (drop (call $secp256k1_recover (i32.const 1024) (i32.const 2048) (i32.const 2048)))
    (br $again)))
