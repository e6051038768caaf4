;; Writes a DNSKEY from its start function.
;; expect: made by the enclave, never given
(module
  (import "fdns" "update_record" (func $update_record (param i32 i32)))
  (memory (export "memory") 1)
  (data (i32.const 0) "{\"RemoveRecords\":{\"record\":\"DNSKEY\",\"name\":\"@\",\"index\":null}}")
  (start $start)
  (func $start (call $update_record (i32.const 0) (i32.const 61)))
  (func (export "setup"))
  (func (export "handle_update_request")))
