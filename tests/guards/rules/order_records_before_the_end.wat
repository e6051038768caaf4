;; Record operations come before remove_zone.
;; expect: update_record: not allowed after remove_zone()
(module
  (import "fdns" "remove_zone" (func $remove_zone))
  (import "fdns" "update_record" (func $update_record (param i32 i32)))
  (memory (export "memory") 1)
  (data (i32.const 256) "{\22UpdateRecord\22:{\22mode\22:\22Set\22,\22record\22:\22A\22,\22name\22:\22www\22,\22content\22:\22192.0.2.1\22,\22ttl\22:null}}")
  (func (export "setup"))
  (func (export "handle_update_request")
    (call $remove_zone)
    (call $update_record (i32.const 256) (i32.const 90))))
