;; A module exports its memory.
;; expect: the guard cannot be used: it does not export memory
(module
  (func (export "setup"))
  (func (export "handle_update_request")))
