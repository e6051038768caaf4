;; A trap refuses the request, and is named.
;; expect: trap: integer overflow
(module
  (memory (export "memory") 1)
  (func (export "setup"))
  (func (export "handle_update_request") (drop (i32.div_s (i32.const 0x80000000) (i32.const -1)))))
