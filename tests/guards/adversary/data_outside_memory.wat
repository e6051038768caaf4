;; A data segment past the end of memory.
;; expect: trap: access outside memory
(module
  (memory (export "memory") 1)
  (data (i32.const 65530) "seven..")
  (func (export "setup"))
  (func (export "handle_update_request")))
