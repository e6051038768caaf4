;; remove_zone is called once.
;; expect: remove_zone: called twice
(module
  (import "fdns" "remove_zone" (func $remove_zone))
  (memory (export "memory") 1)
  (func (export "setup"))
  (func (export "handle_update_request")
    (call $remove_zone)
    (call $remove_zone)))
