;; Functions may have several results.
;; expect: accepted
(module
  (memory (export "memory") 1)
  (func $two (result i32 i32) (i32.const 1) (i32.const 2))
  (func (export "setup"))
  (func (export "handle_update_request") (call $two) (drop) (drop)))
