;; The new code keeps to the limit.
;; expect: update_owner: code of 1048577 octets, the limit is 1048576
(module
  (import "fdns" "update_owner" (func $update_owner (param i32 i32)))
  (memory (export "memory") 17)
  (data (i32.const 0) "\01\00\10\00")
  (func (export "setup"))
  (func (export "handle_update_request")
    (call $update_owner (i32.const 0) (i32.const 1048581))))
