;; Few calls, each with 490 locals: the value stack ends before the calls do.
;; expect: call stack exhausted
;; locals: 490
(func $down (param i64) (result i64) LOCALS
  (i64.add (i64.const 1) (call $down (local.get 0))))
(func $attack (drop (call $down (i64.const 0))))
