;; A trap refuses the request, and is named.
;; expect: trap: unreachable
(module
  (memory (export "memory") 1)
  (func (export "setup"))
  (func (export "handle_update_request") (unreachable)))
