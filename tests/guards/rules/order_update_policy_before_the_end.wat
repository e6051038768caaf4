;; update_policy comes before remove_zone.
;; expect: update_policy: not allowed after remove_zone()
(module
  (import "fdns" "update_policy" (func $update_policy (param i32 i32)))
  (import "fdns" "remove_zone" (func $remove_zone))
  (memory (export "memory") 1)
  (func (export "setup"))
  (func (export "handle_update_request")
    (call $remove_zone)
    (call $update_policy (i32.const 0) (i32.const 4))))
