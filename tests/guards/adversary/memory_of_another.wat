;; Imports its memory instead of having one.
;; expect: it imports fdns.memory, which is not a function
(module
  (import "fdns" "memory" (memory 1))
  (export "memory" (memory 0))
  (func (export "setup"))
  (func (export "handle_update_request")))
