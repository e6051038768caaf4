;; handle_update_request gives no result.
;; expect: the guard cannot be used: its export handle_update_request is () -> i32, and must be ()
(module
  (memory (export "memory") 1)
  (func (export "setup"))
  (func (export "handle_update_request") (result i32) (i32.const 0)))
