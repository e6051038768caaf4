;; Reading and state_set have no order.
;; expect: accepted
(module
  (import "fdns" "remove_zone" (func $remove_zone))
  (import "fdns" "state_set" (func $state_set (param i32 i32)))
  (import "fdns" "env_size" (func $env_size (result i32)))
  (import "fdns" "sequence" (func $sequence (result i64)))
  (memory (export "memory") 1)
  (func (export "setup"))
  (func (export "handle_update_request")
    (call $remove_zone)
    (call $state_set (i32.const 0) (i32.const 4))
    (drop (call $env_size))
    (drop (call $sequence))))
