;; What start does counts: it runs before the entry.
;; expect: trap: unreachable
(module
  (memory (export "memory") 1)
  (func $start (unreachable))
  (start $start)
  (func (export "setup"))
  (func (export "handle_update_request")))
