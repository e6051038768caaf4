;; Calls itself without end.
;; expect: call stack exhausted
(func $down (param i32) (result i32)
  (i32.add (i32.const 1) (call $down (i32.add (local.get 0) (i32.const 1)))))
(func $attack (drop (call $down (i32.const 0))))
