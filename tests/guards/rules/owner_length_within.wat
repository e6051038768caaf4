;; The code of update_owner ends within what is given.
;; expect: update_owner: the code's length passes the end
(module
  (import "fdns" "update_owner" (func $update_owner (param i32 i32)))
  (memory (export "memory") 1)
  (data (i32.const 0) "\01")
  (func (export "setup"))
  (func (export "handle_update_request")
    (call $update_owner (i32.const 0) (i32.const 4))))
