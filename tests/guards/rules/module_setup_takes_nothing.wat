;; setup takes no parameters.
;; expect: the guard cannot be used: its export setup is (i32), and must be ()
(module
  (memory (export "memory") 1)
  (func (export "setup") (param i32))
  (func (export "handle_update_request")))
