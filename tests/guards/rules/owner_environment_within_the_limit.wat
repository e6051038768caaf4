;; The new environment keeps to the limit.
;; expect: update_owner: environment of 65537 octets, the limit is 65536
(module
  (import "fdns" "update_owner" (func $update_owner (param i32 i32)))
  (memory (export "memory") 2)
  (func (export "setup"))
  (func (export "handle_update_request")
    (call $update_owner (i32.const 0) (i32.const 65541))))
