(module
  (func (export "setup"))
  (func (export "handle_update_request")))
