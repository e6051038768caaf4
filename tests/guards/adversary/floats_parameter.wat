;; A parameter that is a floating-point number, of a function that nobody calls.
;; expect: floating-point
(module
  (memory (export "memory") 1)
  (func (param f32))
  (func (export "setup"))
  (func (export "handle_update_request")))
