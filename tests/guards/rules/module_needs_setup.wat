;; A module exports setup.
;; expect: the guard cannot be used: it does not export setup
(module
  (memory (export "memory") 1)
  (func (export "handle_update_request")))
