;; Calls through a table as if the function took what it does not take.
;; expect: trap: indirect call with another signature
(table funcref (elem $attack))
(func $attack (drop (call_indirect (param i64) (result i64) (i64.const 1) (i32.const 0))))
