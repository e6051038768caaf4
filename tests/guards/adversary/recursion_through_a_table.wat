;; Calls itself through a table without end.
;; expect: call stack exhausted
(table funcref (elem $down))
(type $number (func (param i32) (result i32)))
(func $down (type $number)
  (i32.add (i32.const 1) (call_indirect (type $number) (local.get 0) (i32.const 0))))
(func $attack (drop (call $down (i32.const 0))))
