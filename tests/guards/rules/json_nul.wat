;; There is no NUL, not even escaped.
;; expect: operation 1: JSON: \u0000 is not allowed without JSON_ALLOW_NUL near '"w\u0000w"' at octet 60
(module
  (import "fdns" "update_record" (func $update_record (param i32 i32)))
  (memory (export "memory") 1)
  (data (i32.const 0) "{\22UpdateRecord\22:{\22mode\22:\22Set\22,\22record\22:\22A\22,\22name\22:\22w\\u0000w\22,\22content\22:\22192.0.2.1\22,\22ttl\22:null}}")
  (func (export "setup"))
  (func (export "handle_update_request")
    (call $update_record (i32.const 0) (i32.const 95))))
