;; update_owner is not called from setup.
;; expect: update_owner: not allowed in setup()
;; entry: setup
(module
  (import "fdns" "update_owner" (func $update_owner (param i32 i32)))
  (memory (export "memory") 1)
  (func (export "handle_update_request"))
  (func (export "setup")
    (call $update_owner (i32.const 0) (i32.const 4))))
