;; Memory that is shared, and atomic access to it.
;; expect: not acceptable WASM
(module
  (memory (export "memory") 1 1 shared)
  (func (drop (i32.atomic.rmw.add (i32.const 0) (i32.const 1))))
  (func (export "setup"))
  (func (export "handle_update_request")))
