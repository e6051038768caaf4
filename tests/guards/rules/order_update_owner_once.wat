;; update_owner is called once.
;; expect: update_owner: called twice
(module
  (import "fdns" "update_owner" (func $update_owner (param i32 i32)))
  (memory (export "memory") 1)
  (func (export "setup"))
  (func (export "handle_update_request")
    (call $update_owner (i32.const 0) (i32.const 4))
    (call $update_owner (i32.const 0) (i32.const 4))))
