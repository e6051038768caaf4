(module
  (memory (export "memory") 1)
  (func (export "setup") (loop $again (br $again)))
  (func (export "handle_update_request")))
