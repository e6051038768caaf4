;; A trap refuses the request, and is named.
;; expect: trap: access outside memory
(module
  (memory (export "memory") 1)
  (func (export "setup"))
  (func (export "handle_update_request") (drop (i32.load (i32.const 65533)))))
