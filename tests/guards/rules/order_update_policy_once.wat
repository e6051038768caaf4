;; update_policy is called once.
;; expect: update_policy: called twice
(module
  (import "fdns" "update_policy" (func $update_policy (param i32 i32)))
  (memory (export "memory") 1)
  (func (export "setup"))
  (func (export "handle_update_request")
    (call $update_policy (i32.const 0) (i32.const 4))
    (call $update_policy (i32.const 0) (i32.const 4))))
