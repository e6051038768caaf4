;; What state_set reads lies within memory.
;; expect: state_set: access outside memory
(module
  (import "fdns" "state_set" (func $state_set (param i32 i32)))
  (memory (export "memory") 1)
  (func (export "setup"))
  (func (export "handle_update_request")
    (call $state_set (i32.const 65533) (i32.const 4))))
