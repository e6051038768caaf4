;; An element segment that begins past the end of its table.
;; expect: an element segment does not fit its table
(module
  (table 10 funcref)
  (elem (i32.const 10) $some)
  (memory (export "memory") 1)
  (func $some)
  (func (export "setup"))
  (func (export "handle_update_request")))
