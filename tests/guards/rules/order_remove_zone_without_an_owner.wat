;; remove_zone is not called beside update_owner.
;; expect: remove_zone: not allowed after update_owner()
(module
  (import "fdns" "update_owner" (func $update_owner (param i32 i32)))
  (import "fdns" "remove_zone" (func $remove_zone))
  (memory (export "memory") 1)
  (func (export "setup"))
  (func (export "handle_update_request")
    (call $update_owner (i32.const 0) (i32.const 4))
    (call $remove_zone)))
