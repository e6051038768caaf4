;; The largest table, copied onto itself until the fuel is gone.
;; expect: out of fuel
;; policy: fuel=100000000
(table 10000 funcref)
(elem (i32.const 0) $attack)
(func $attack
  (loop $again
    (table.copy (i32.const 1) (i32.const 0) (i32.const 9999))
    (br $again)))
