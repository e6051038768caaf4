;; A floating-point constant, in a function that nobody calls.
;; expect: floating-point
(module
  (memory (export "memory") 1)
  (func (drop (f64.const 1.5)))
  (func (export "setup"))
  (func (export "handle_update_request")))
