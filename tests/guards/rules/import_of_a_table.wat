;; Only functions are imported.
;; expect: the guard cannot be used: it imports fdns.table, which is not a function
(module
  (import "fdns" "table" (table 1 funcref))
  (memory (export "memory") 1)
  (func (export "setup"))
  (func (export "handle_update_request")))
