;; zone_copy gives the apex, lower case with its dot.
;; expect: demo.test.
(module
  (import "fdns" "zone_size" (func $zone_size (result i32)))
  (import "fdns" "zone_copy" (func $zone_copy (param i32 i32 i32) (result i32)))
  (import "fdns" "fail" (func $fail (param i32 i32)))
  (memory (export "memory") 1)
  (func (export "setup"))
  (func (export "handle_update_request")
    (drop (call $zone_copy (i32.const 0) (i32.const 0) (call $zone_size)))
    (call $fail (i32.const 0) (call $zone_size))))
