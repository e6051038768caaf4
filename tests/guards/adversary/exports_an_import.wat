;; Its entries are the imports themselves.
;; expect: remove_zone: not allowed in setup()
(module
  (import "fdns" "remove_zone" (func $remove_zone))
  (memory (export "memory") 1)
  (export "setup" (func $remove_zone))
  (export "handle_update_request" (func $remove_zone)))
