;; A trap refuses the request, and is named.
;; expect: trap: division by zero
(module
  (memory (export "memory") 1)
  (func (export "setup"))
  (func (export "handle_update_request") (drop (i32.div_u (i32.const 1) (i32.const 0)))))
