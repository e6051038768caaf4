;; Element segments lie within the table.
;; expect: the guard cannot be used: an element segment does not fit its table
(module
  (memory (export "memory") 1)
  (table 1 funcref)
  (elem (i32.const 1) $f)
  (func $f)
  (func (export "setup"))
  (func (export "handle_update_request")))
