;; What update_record reads lies within memory.
;; expect: update_record: access outside memory
(module
  (import "fdns" "update_record" (func $update_record (param i32 i32)))
  (memory (export "memory") 1)
  (func (export "setup"))
  (func (export "handle_update_request")
    (call $update_record (i32.const 65533) (i32.const 4))))
