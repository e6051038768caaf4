;; A policy has 4,096 octets at most.
;; expect: update_policy: policy of 4097 octets, the limit is 4096
(module
  (import "fdns" "update_policy" (func $update_policy (param i32 i32)))
  (memory (export "memory") 1)
  (func (export "setup"))
  (func (export "handle_update_request")
    (call $update_policy (i32.const 0) (i32.const 4097))))
