;; A table has the limit of elements at most.
;; expect: the guard cannot be used: its table is larger than the limit
(module
  (memory (export "memory") 1)
  (table 10001 funcref)
  (func (export "setup"))
  (func (export "handle_update_request")))
