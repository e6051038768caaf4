;; An import that is not called costs nothing but its place.
;; expect: accepted
(module
  (import "fdns" "remove_zone" (func $remove_zone))
  (memory (export "memory") 1)
  (func (export "setup"))
  (func (export "handle_update_request")))
