;; The slowest instructions that there are, for ever.
;; expect: out of fuel
;; policy: fuel=100000000
(func $attack
  (local $a i64)
  (local.set $a (i64.const 0x7fffffffffffffff))
  (loop $again
    (local.set $a (i64.or (i64.const 1) (i64.div_s (i64.const 0x7fffffffffffffff) (local.get $a))))
    (local.set $a (i64.or (i64.const 1) (i64.rem_u (i64.const -3) (local.get $a))))
    (br $again)))
