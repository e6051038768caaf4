;; What update_policy reads lies within memory.
;; expect: update_policy: access outside memory
(module
  (import "fdns" "update_policy" (func $update_policy (param i32 i32)))
  (memory (export "memory") 1)
  (func (export "setup"))
  (func (export "handle_update_request")
    (call $update_policy (i32.const 65533) (i32.const 4))))
