(module
  (memory (export "memory") 1)
  (func (export "handle_update_request")))
