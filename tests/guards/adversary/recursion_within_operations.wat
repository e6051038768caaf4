;; Writes a record at each depth, and never comes back.
;; expect: call stack exhausted
(func $down (call $apply (i32.const 640)) (call $down) (call $apply (i32.const 640)))
(func $attack (call $down))
