;; Traps before any entry is called.
;; expect: trap: unreachable
(module
  (memory (export "memory") 1)
  (start $start)
  (func $start (unreachable))
  (func (export "setup"))
  (func (export "handle_update_request")))
