;; update_policy is not called from setup.
;; expect: update_policy: not allowed in setup()
;; entry: setup
(module
  (import "fdns" "update_policy" (func $update_policy (param i32 i32)))
  (memory (export "memory") 1)
  (func (export "handle_update_request"))
  (func (export "setup")
    (call $update_policy (i32.const 0) (i32.const 4))))
