;; The export memory is a memory.
;; expect: the guard cannot be used: its export memory is not a memory
(module
  (func (export "memory"))
  (func (export "setup"))
  (func (export "handle_update_request")))
