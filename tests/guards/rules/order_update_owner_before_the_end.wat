;; update_owner comes before remove_zone.
;; expect: update_owner: not allowed after remove_zone()
(module
  (import "fdns" "update_owner" (func $update_owner (param i32 i32)))
  (import "fdns" "remove_zone" (func $remove_zone))
  (memory (export "memory") 1)
  (func (export "setup"))
  (func (export "handle_update_request")
    (call $remove_zone)
    (call $update_owner (i32.const 0) (i32.const 4))))
