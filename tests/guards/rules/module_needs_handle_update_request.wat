;; A module exports handle_update_request.
;; expect: the guard cannot be used: it does not export handle_update_request
(module
  (memory (export "memory") 1)
  (func (export "setup")))
