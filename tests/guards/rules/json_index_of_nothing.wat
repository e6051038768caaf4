;; index names a record that is there.
;; expect: operation 1: www.demo.test. A: no record at index 0 of 0
(module
  (import "fdns" "update_record" (func $update_record (param i32 i32)))
  (memory (export "memory") 1)
  (data (i32.const 0) "{\22RemoveRecords\22:{\22record\22:\22A\22,\22name\22:\22www\22,\22index\22:0}}")
  (func (export "setup"))
  (func (export "handle_update_request")
    (call $update_record (i32.const 0) (i32.const 55))))
