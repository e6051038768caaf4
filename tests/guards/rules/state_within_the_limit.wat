;; State keeps to the limit.
;; expect: state_set: state of 65537 octets, the limit is 65536
(module
  (import "fdns" "state_set" (func $state_set (param i32 i32)))
  (memory (export "memory") 2)
  (func (export "setup"))
  (func (export "handle_update_request")
    (call $state_set (i32.const 0) (i32.const 65537))))
