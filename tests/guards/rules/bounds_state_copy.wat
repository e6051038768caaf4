;; What is copied lies within memory.
;; expect: state_copy: access outside memory
(module
  (import "fdns" "state_copy" (func $state_copy (param i32 i32 i32) (result i32)))
  (memory (export "memory") 1)
  (func (export "setup"))
  (func (export "handle_update_request")
    (drop (call $state_copy (i32.const 65533) (i32.const 0) (i32.const 4)))))
