;; Hands the zone over from its start function.
;; expect: update_owner: not allowed in setup()
(module
  (import "fdns" "update_owner" (func $update_owner (param i32 i32)))
  (memory (export "memory") 1)
  (start $start)
  (func $start (call $update_owner (i32.const 0) (i32.const 4)))
  (func (export "setup"))
  (func (export "handle_update_request")))
