;; Recurses without end before any entry is called.
;; expect: call stack exhausted
(module
  (memory (export "memory") 1)
  (start $start)
  (func $start (call $start))
  (func (export "setup"))
  (func (export "handle_update_request")))
