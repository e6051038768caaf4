;; Other exports do not matter.
;; expect: accepted
(module
  (memory (export "memory") 1)
  (global (export "version") i32 (i32.const 1))
  (func (export "setup"))
  (func (export "handle_update_request")))
