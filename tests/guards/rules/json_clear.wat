;; Clear needs nothing.
;; expect: accepted
(module
  (import "fdns" "update_record" (func $update_record (param i32 i32)))
  (memory (export "memory") 1)
  (data (i32.const 0) "\22Clear\22")
  (func (export "setup"))
  (func (export "handle_update_request")
    (call $update_record (i32.const 0) (i32.const 7))))
