;; Loads and stores floating-point numbers without computing with them.
;; expect: floating-point
(module
  (memory (export "memory") 1)
  (func (f32.store (i32.const 0) (f32.load (i32.const 4))))
  (func (export "setup"))
  (func (export "handle_update_request")))
