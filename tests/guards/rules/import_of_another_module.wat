;; Imports come from fdns.
;; expect: the guard cannot be used: it imports env.now, which does not exist
(module
  (import "env" "now" (func (result i64)))
  (memory (export "memory") 1)
  (func (export "setup"))
  (func (export "handle_update_request")))
