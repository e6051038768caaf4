;; An import may be named twice.
;; expect: accepted
(module
  (import "fdns" "now" (func (result i64)))
  (import "fdns" "now" (func (result i64)))
  (memory (export "memory") 1)
  (func (export "setup"))
  (func (export "handle_update_request")))
