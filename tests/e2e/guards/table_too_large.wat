(module
  (table 10001 funcref)
  (memory (export "memory") 1)
  (func (export "setup"))
  (func (export "handle_update_request")))
