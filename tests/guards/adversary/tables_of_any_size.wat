;; A table with one element more than the policy allows.
;; expect: its table is larger than the limit
(module
  (table 10001 funcref)
  (memory (export "memory") 1)
  (func (export "setup"))
  (func (export "handle_update_request")))
