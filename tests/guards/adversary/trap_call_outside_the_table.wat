;; Calls through a table past its end, and copies past it.
;; cases: 3
;; expect: trap: access outside a table
;; expect 1: trap: out of bounds table access
(table 10 funcref)
(elem $some funcref (ref.func $attack))
(func $attack
  (if (i32.eq (global.get $case) (i32.const 0))
    (then (call_indirect (i32.const -1))))
  (if (i32.eq (global.get $case) (i32.const 1))
    (then (table.copy (i32.const 5) (i32.const 0) (i32.const 6))))
  (elem.drop $some)
  (table.init $some (i32.const 0) (i32.const 0) (i32.const 1)))
