;; Two that call each other without end.
;; expect: call stack exhausted
(func $left (param i64) (result i64) (i64.add (i64.const 1) (call $right (local.get 0))))
(func $right (param i64) (result i64) (i64.mul (i64.const 3) (call $left (local.get 0))))
(func $attack (drop (call $left (i64.const 0))))
