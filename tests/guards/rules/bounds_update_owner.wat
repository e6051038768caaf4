;; What update_owner reads lies within memory.
;; expect: update_owner: access outside memory
(module
  (import "fdns" "update_owner" (func $update_owner (param i32 i32)))
  (memory (export "memory") 1)
  (func (export "setup"))
  (func (export "handle_update_request")
    (call $update_owner (i32.const 65533) (i32.const 4))))
