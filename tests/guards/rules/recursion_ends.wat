;; Calls nest to the limit.
;; expect: call stack exhausted
(module
  (memory (export "memory") 1)
  (func (export "setup"))
  (func $deeper (export "handle_update_request") (call $deeper)))
