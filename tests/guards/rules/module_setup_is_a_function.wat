;; The export setup is a function.
;; expect: the guard cannot be used: its export setup is not a function
(module
  (memory (export "memory") 1)
  (global (export "setup") i32 (i32.const 0))
  (func (export "handle_update_request")))
