;; A query asks for a type.
;; expect: records_size: "HOST" is not a record type
(module
  (import "fdns" "records_size" (func $records_size (param i32 i32) (result i32)))
  (memory (export "memory") 1)
  (data (i32.const 0) "{\22name\22:null,\22record\22:\22HOST\22}")
  (func (export "setup"))
  (func (export "handle_update_request")
    (drop (call $records_size (i32.const 0) (i32.const 29)))))
