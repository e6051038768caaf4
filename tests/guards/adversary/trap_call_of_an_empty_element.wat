;; Calls through a table where nothing is.
;; expect: trap: call of an empty table element
(table 10 funcref)
(func $attack (call_indirect (i32.const 9)))
