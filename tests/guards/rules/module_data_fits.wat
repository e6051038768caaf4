;; Data segments lie within memory.
;; expect: trap: access outside memory
(module
  (memory (export "memory") 1)
  (data (i32.const 65535) "ab")
  (func (export "setup"))
  (func (export "handle_update_request")))
