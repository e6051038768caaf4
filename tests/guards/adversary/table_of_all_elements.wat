;; A table of as many elements as 32 bits can name.
;; expect: its table is larger than the limit
(module
  (table 4294967295 funcref)
  (memory (export "memory") 1)
  (func (export "setup"))
  (func (export "handle_update_request")))
