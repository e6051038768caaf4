;; Exports a global under the name of memory.
;; expect: its export memory is not a memory
(module
  (global (export "memory") i32 (i32.const 0))
  (func (export "setup"))
  (func (export "handle_update_request")))
