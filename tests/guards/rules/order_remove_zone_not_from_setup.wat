;; remove_zone is not called from setup.
;; expect: remove_zone: not allowed in setup()
;; entry: setup
(module
  (import "fdns" "remove_zone" (func $remove_zone))
  (memory (export "memory") 1)
  (func (export "handle_update_request"))
  (func (export "setup")
    (call $remove_zone)))
