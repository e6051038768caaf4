;; Checks what is no signature for ever, by a key that is a point of the curve: its base.
;; expect: out of fuel
;; policy: fuel=100000000
(data (i32.const 1024) "\04\6b\17\d1\f2\e1\2c\42\47\f8\bc\e6\e5\63\a4\40\f2\77\03\7d\81\2d\eb\33\a0\f4\a1\39\45\d8\98\c2\96\4f\e3\42\e2\fe\1a\7f\9b\8e\e7\eb\4a\7c\0f\9e\16\2b\ce\33\57\6b\31\5e\ce\cb\b6\40\68\37\bf\51\f5")
(func $attack
  (memory.fill (i32.const 2048) (i32.const 0x5a) (i32.const 64))
  (loop $again
    (br_if $again
      (i32.eqz (call $p256_verify (i32.const 1024) (i32.const 2048) (i32.const 2048))))))
