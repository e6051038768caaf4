;; Calls and returns for ever, with many parameters and as many results as there may be.
;; expect: out of fuel
;; policy: fuel=100000000
(func $pass (param i64 i64 i64 i64 i64 i64 i64 i64 i64 i64 i64 i64 i64 i64 i64 i64)
  (result i64 i64 i64 i64)
  (local.get 15) (local.get 14) (local.get 13) (local.get 12))
(func $attack
  (i64.const 0) (i64.const 1) (i64.const 2) (i64.const 3)
  (loop $again (param i64 i64 i64 i64)
    (i64.const 4) (i64.const 5) (i64.const 6) (i64.const 7) (i64.const 8) (i64.const 9)
    (i64.const 10) (i64.const 11) (i64.const 12) (i64.const 13) (i64.const 14) (i64.const 15)
    (call $pass)
    (br $again))
  (unreachable))
