(module
  (memory (export "memory") 1)
  (func (export "setup") (unreachable))
  (func (export "handle_update_request")))
