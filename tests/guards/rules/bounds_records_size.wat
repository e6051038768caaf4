;; What records_size reads lies within memory.
;; expect: records_size: access outside memory
(module
  (import "fdns" "records_size" (func $records_size (param i32 i32) (result i32)))
  (memory (export "memory") 1)
  (func (export "setup"))
  (func (export "handle_update_request")
    (drop (call $records_size (i32.const 65533) (i32.const 4)))))
