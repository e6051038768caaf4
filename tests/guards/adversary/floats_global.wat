;; A global that is a floating-point number.
;; expect: floating-point
(module
  (memory (export "memory") 1)
  (global f64 (f64.const 0))
  (func (export "setup"))
  (func (export "handle_update_request")))
