;; What zone_id writes lies within memory.
;; expect: zone_id: access outside memory
(module
  (import "fdns" "zone_id" (func $zone_id (param i32)))
  (memory (export "memory") 1)
  (func (export "setup"))
  (func (export "handle_update_request")
    (call $zone_id (i32.const 65505))))
