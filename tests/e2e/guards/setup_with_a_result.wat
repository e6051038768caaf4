(module
  (memory (export "memory") 1)
  (func (export "setup") (result i32) (i32.const 0))
  (func (export "handle_update_request")))
