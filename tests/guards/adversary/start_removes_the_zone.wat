;; Ends the zone from its start function.
;; expect: remove_zone: not allowed in setup()
(module
  (import "fdns" "remove_zone" (func $remove_zone))
  (memory (export "memory") 1)
  (start $remove_zone)
  (func (export "setup"))
  (func (export "handle_update_request")))
