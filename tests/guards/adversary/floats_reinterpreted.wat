;; Makes a NaN from an integer: its bits would differ from machine to machine.
;; expect: floating-point
(module
  (memory (export "memory") 1)
  (func (drop (i32.reinterpret_f32 (f32.reinterpret_i32 (i32.const 0x7fc00001)))))
  (func (export "setup"))
  (func (export "handle_update_request")))
